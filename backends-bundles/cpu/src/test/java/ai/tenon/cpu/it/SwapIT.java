package ai.tenon.cpu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.tenon.backend.Backend;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.cpu.testing.NativeThreads;
import ai.tenon.cpu.testing.Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** Versions of the bundle come and go while models run on two threads. */
class SwapIT {
    private static final int SWAPS = Integer.getInteger("tenon.swaps", 8);
    private static final long PATIENCE_MILLIS = 20_000;

    @TempDir Path folder;

    @Test
    void neitherThreadsNorLibrariesNorWeightsStayBehind() throws Exception {
        assumeTrue(NativeThreads.areVisible(), "needs Linux");
        Path first = Room.jar("cpu-0");
        Path second = Room.versioned(first, "0.1.1", folder.resolve("second.jar"));
        Path cache = Files.createDirectory(folder.resolve("cache"));
        try (Room room = new Room(folder.resolve("storage"))) {
            swap(room, first, second, cache);
            until("the library is left", () -> libraries() == 0);
            until("threads are left", () -> NativeThreads.all().isEmpty());
            until("weights are mapped", () -> mappings(cache.toString()) == 0);
        }
    }

    /** A method of its own, so that its variables hold nothing afterwards. */
    private static void swap(Room room, Path first, Path second, Path cache) throws Exception {
        Live current = new Live(room, first, "0", cache);
        current.check();
        assertEquals(1, libraries());
        int threads = NativeThreads.all().size();
        assertTrue(threads > 0, "the work was not shared among threads");
        for (int swap = 1; swap <= SWAPS; swap++) {
            Live next = new Live(room, swap % 2 == 0 ? first : second, "" + swap, cache);
            next.check();
            current.check();
            assertEquals(2, libraries());
            current.close();
            current = next;
            current.check();
            assertTrue(mappings(cache.toString()) > 0, "the packed weights are not mapped");
            until("more than one library is left", () -> libraries() == 1);
            until("more threads than before are left", () -> NativeThreads.all().size() <= threads);
        }
        current.close();
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void until(String otherwise, Condition condition) throws Exception {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!condition.holds()) {
            assertTrue(System.currentTimeMillis() < end, otherwise);
            System.gc();
            Thread.sleep(20);
        }
    }

    private static int libraries() throws IOException {
        return mappings("libtenon-cpu");
    }

    /** Files that are mapped and whose paths contain some words, each once. */
    private static int mappings(String words) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return (int)
                    lines.filter(line -> line.contains(words))
                            .map(line -> line.split("\\s+", 6)[4])
                            .distinct()
                            .count();
        }
    }

    /** A version of the bundle, and a model that it runs. */
    private static final class Live {
        private final Room room;
        private final Bundle bundle;
        private final Executable executable;
        private final ExecutionContext context;

        Live(Room room, Path jar, String location, Path cache) throws Exception {
            this.room = room;
            bundle = room.start(jar, location);
            Backend backend = room.backendOf(bundle);
            executable =
                    backend.compile(
                            Sums.source(),
                            CompileOptions.builder().threads(2).cacheFolder(cache).build(),
                            CompileMonitor.SILENT);
            context = executable.newContext();
        }

        void check() throws Exception {
            Sums.check(context);
        }

        void close() throws Exception {
            context.close();
            executable.close();
            room.remove(bundle);
        }
    }
}
