package ai.tenon.bench.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processor's caches, as Linux tells them. */
final class Caches {
    private static final Path OF_THE_FIRST_CORE = Path.of("/sys/devices/system/cpu/cpu0/cache");
    private static final int KIB = 1024;

    private final Path folder;

    Caches() {
        this(OF_THE_FIRST_CORE);
    }

    /**
     * @param folder with a folder per cache, laid out as in {@code
     *     Documentation/ABI/testing/sysfs-devices-system-cpu} of the kernel
     */
    Caches(Path folder) {
        this.folder = folder;
    }

    /** Size in bytes of the largest cache, which is the last before the memory; 0 if unknown. */
    long lastLevelBytes() {
        long largest = 0;
        try (DirectoryStream<Path> caches = Files.newDirectoryStream(folder, "index*")) {
            for (Path cache : caches) {
                largest = Math.max(largest, bytes(Files.readString(cache.resolve("size")).strip()));
            }
        } catch (IOException e) {
            // Not on Linux, or the processor does not tell: what was read is all there is.
            return largest;
        }
        return largest;
    }

    /** The kernel writes it in KiB, as in {@code 32768K}. */
    private static long bytes(String size) {
        return size.matches("[0-9]{1,12}K")
                ? KIB * Long.parseLong(size.substring(0, size.length() - 1))
                : 0;
    }
}
