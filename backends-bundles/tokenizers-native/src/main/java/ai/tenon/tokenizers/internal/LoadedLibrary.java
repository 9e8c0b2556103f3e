package ai.tenon.tokenizers.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the kernel says that a library of this process was loaded from. */
final class LoadedLibrary {
    private static final Path MAPS = Path.of("/proc/self/maps");

    private LoadedLibrary() {}

    /**
     * @param fileName the library's file name
     * @return its absolute path; the first of several equal ones, as the linker would choose
     * @throws IOException when the process has no such mapping
     */
    static String path(String fileName) throws IOException {
        try (Stream<String> lines = Files.lines(MAPS)) {
            return lines.filter(line -> line.endsWith("/" + fileName))
                    .map(line -> line.substring(line.indexOf('/')))
                    .findFirst()
                    .orElseThrow(() -> new IOException(fileName + " is not mapped"));
        }
    }
}
