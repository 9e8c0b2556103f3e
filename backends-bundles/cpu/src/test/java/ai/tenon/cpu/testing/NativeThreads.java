package ai.tenon.cpu.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The threads of the native library, as Linux sees them. */
public final class NativeThreads {
    private static final Path TASKS = Path.of("/proc/self/task");

    private NativeThreads() {}

    /** True if this system tells. */
    public static boolean areVisible() {
        return Files.isDirectory(TASKS);
    }

    /** Those that there are now, each by its folder. */
    public static List<Path> all() throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(TASKS)) {
            for (Path task : tasks.toList()) {
                if (name(task).startsWith("tenon-cpu")) {
                    found.add(task);
                }
            }
        }
        return found;
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (IOException e) {
            // it ended meanwhile
            return "";
        }
    }
}
