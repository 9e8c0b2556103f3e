package ai.tenon.tokenizers.internal;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LoadedLibraryTest {
    @Test
    void findsWhatTheProcessHasLoaded() throws IOException {
        assertTrue(Files.isRegularFile(Path.of(LoadedLibrary.path("libjvm.so"))));
    }

    @Test
    void saysWhenALibraryIsNotLoaded() {
        IOException e = assertThrows(IOException.class, () -> LoadedLibrary.path("libnone.so"));
        assertTrue(e.getMessage().contains("libnone.so"), e.getMessage());
    }
}
