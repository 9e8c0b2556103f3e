package ai.tenon.device.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileRootTest {
    private static final DeviceFacts NOTHING =
            new DeviceFacts(
                    Optional.empty(),
                    new CpuFacts(
                            "aarch64", "arm64", Optional.empty(), OptionalInt.empty(), List.of()),
                    OptionalLong.empty(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of());

    @TempDir Path folder;

    @Test
    void anEmptyOrMissingRootHasNoFacts() {
        assertEquals(NOTHING, probe(folder));
        assertEquals(NOTHING, probe(folder.resolve("missing")));
        assertEquals("ai.tenon.cpu;arch=\"aarch64\"", Capabilities.render(NOTHING));
    }

    @Test
    void garbageIsAbsent() throws IOException {
        byte[] garbage = new byte[1 << 16];
        new Random(1).nextBytes(garbage);
        for (String path :
                List.of(
                        "proc/cpuinfo",
                        "proc/meminfo",
                        "proc/self/cgroup",
                        "etc/ld.so.conf",
                        "sys/bus/pci/devices/x/vendor",
                        "sys/bus/pci/devices/x/device",
                        "sys/bus/pci/devices/x/class",
                        "sys/bus/usb/devices/x/idVendor",
                        "sys/bus/usb/devices/x/idProduct")) {
            Files.write(file(path), garbage);
        }
        assertEquals(NOTHING, probe(folder));
    }

    @Test
    void nonsenseIsAbsent() throws IOException {
        Files.writeString(file("proc/cpuinfo"), "model name : " + "x".repeat(5000) + "\n:\n");
        Files.writeString(file("proc/meminfo"), "MemTotal: -5 kB\n");
        Files.writeString(file("proc/self/cgroup"), "0::/../../etc\nx\n3:memory\n");
        Files.writeString(file("sys/bus/pci/devices/a/vendor"), "0x10de");
        Files.writeString(file("sys/bus/pci/devices/a/device"), "0x10de\",evil");
        Files.writeString(file("sys/bus/pci/devices/a/class"), "0x030200");
        Files.createDirectories(folder.resolve("sys/bus/pci/devices/b/vendor"));
        Files.createDirectories(folder.resolve("etc/ld.so.conf"));
        assertEquals(NOTHING, probe(folder));
    }

    @Test
    void cyclesAndLinksOutOfTheRootAreNotFollowed() throws IOException {
        Path root = Files.createDirectory(folder.resolve("root"));
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("libsecret.so.1"), "");
        Files.writeString(outside.resolve("meminfo"), "MemTotal: 1 kB\n");
        for (String path : List.of("proc", "usr/lib", "usr/local", "sys/bus/pci", "dev")) {
            Files.createDirectories(root.resolve(path));
        }
        Files.createSymbolicLink(root.resolve("proc/meminfo"), outside.resolve("meminfo"));
        Files.createSymbolicLink(root.resolve("usr/local/lib"), outside);
        Files.createSymbolicLink(
                root.resolve("usr/lib/libsecret.so.1"), outside.resolve("libsecret.so.1"));
        Files.createSymbolicLink(root.resolve("usr/lib/libloop.so"), Path.of("libloop.so"));
        Files.createSymbolicLink(root.resolve("sys/bus/pci/devices"), Path.of("../pci/devices"));
        Files.createSymbolicLink(root.resolve("dev/self"), Path.of("."));
        Files.createSymbolicLink(root.resolve("dev/zero"), outside);
        assertEquals(NOTHING, probe(root));
    }

    @Test
    void hugeFilesAndFoldersAreReadWithinBounds() throws IOException {
        try (RandomAccessFile cpuinfo = new RandomAccessFile(file("proc/cpuinfo").toFile(), "rw")) {
            cpuinfo.writeBytes("processor : 0\nflags : avx2\n");
            cpuinfo.setLength(1L << 33); // sparse
        }
        Path libraries = Files.createDirectories(folder.resolve("usr/lib"));
        for (int i = 0; i < 9000; i++) {
            Files.createFile(libraries.resolve("lib" + i + ".so"));
        }
        DeviceFacts facts = probe(folder);
        assertEquals(List.of("AVX2"), facts.cpu().isa());
        assertEquals(8192, facts.libraries().size());
    }

    @Test
    void pipesDoNotBlock() throws Exception {
        Path pipe = file("proc/meminfo");
        Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start();
        assertEquals(0, mkfifo.waitFor());
        assertEquals(NOTHING, probe(folder));
    }

    @Test
    void versionsAreWhatOsgiAccepts() {
        assertEquals("1.2.3", LibraryReader.version(".1.2.3"));
        assertEquals("1.2.3.4", LibraryReader.version(".1.2.3.4"));
        for (String none : List.of("", ".", ".1.", ".1..2", ".a", ".1.2.3.4.5", ".99999999999")) {
            assertEquals("", LibraryReader.version(none), none);
        }
    }

    @Test
    void thisMachineHasARealCharacterDevice() {
        assertTrue(DeviceNodeReader.isCharacterDevice(Path.of("/dev/null")));
        assertFalse(DeviceNodeReader.isCharacterDevice(Path.of("/dev")));
        assertFalse(DeviceNodeReader.isCharacterDevice(Path.of("/dev/missing")));
        DeviceFacts facts = new DeviceProbe().probe();
        assertTrue(facts.deviceNodes().contains("/dev/null"));
        assertTrue(facts.memoryBytes().isPresent());
    }

    private static DeviceFacts probe(Path root) {
        return new DeviceProbe(root, "arm64", "").probe();
    }

    private Path file(String path) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return file;
    }
}
