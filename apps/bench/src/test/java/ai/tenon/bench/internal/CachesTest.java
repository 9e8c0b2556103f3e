package ai.tenon.bench.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachesTest {
    @TempDir Path folder;

    @Test
    void theLargestIsTheLast() throws IOException {
        cache("index0", "32K\n");
        cache("index2", "1024K\n");
        cache("index3", "32768K\n");
        cache("index10", "about a pound\n");
        cache("uevent", "65536K\n");
        assertEquals(32 << 20, new Caches(folder).lastLevelBytes());
    }

    @Test
    void nothingIsKnownWhereNothingIsTold() {
        assertEquals(0, new Caches(folder).lastLevelBytes());
        assertEquals(0, new Caches(folder.resolve("missing")).lastLevelBytes());
    }

    private void cache(String name, String size) throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("size"), size);
    }
}
