package ai.tenon.cli.internal.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.cli.internal.terminal.Failure;
import ai.tenon.cli.internal.terminal.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir Path folder;

    @Test
    void whatCannotBeWrittenWholeIsNotWrittenAtAll() throws IOException {
        Path target = Files.writeString(folder.resolve("x"), "before");
        WholeFile file = WholeFile.at(target, "--out");
        Failure failure =
                assertThrows(
                        Failure.class,
                        () ->
                                file.write(
                                        out -> {
                                            out.write(new byte[1 << 20]);
                                            throw new IOException("No space left on device");
                                        }));
        assertTrue(failure.getMessage().endsWith("on device; nothing was changed there"));
        assertEquals("before", Files.readString(target));
        assertEquals(1, files());
        file.write("after");
        assertEquals("after", Files.readString(target));
        assertEquals(1, files());
    }

    @Test
    void aRefusalNamesNoFileOfThisProgramsOwn() throws IOException {
        WholeFile file =
                WholeFile.at(Files.createDirectory(folder.resolve("gone")).resolve("x"), "--out");
        Files.delete(folder.resolve("gone"));
        Failure failure = assertThrows(Failure.class, () -> file.write("text"));
        assertTrue(
                failure.getMessage()
                        .endsWith(
                                "x cannot be written: no file can be made in its folder; nothing was changed there"),
                failure.getMessage());
    }

    @Test
    void aLinkIsFollowed() throws IOException {
        Path target = Files.writeString(folder.resolve("x"), "before");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        WholeFile.at(link, "--out").write("after");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("after", Files.readString(target));
    }

    @Test
    void aDeviceIsNeverReplaced() {
        assertThrows(UserError.class, () -> WholeFile.at(Path.of("/dev/null"), "--out"));
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }
}
