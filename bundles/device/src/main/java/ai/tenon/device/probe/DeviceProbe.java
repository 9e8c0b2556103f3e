package ai.tenon.device.probe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Reads the facts of a device from its pseudo file systems.
 *
 * <p>Never throws because of what it reads: a fact that is missing or broken is absent. All reads
 * are bounded and stay below the root.
 */
public final class DeviceProbe {
    private final RootFolder root;
    private final String osArch;
    private final String libraryPath;
    private final Predicate<Path> characterDevice;

    /** Probes the machine that this runs on. */
    public DeviceProbe() {
        this(
                Path.of("/"),
                System.getProperty("os.arch", ""),
                Optional.ofNullable(System.getenv("LD_LIBRARY_PATH")).orElse(""));
    }

    /**
     * Probes a copy of another machine's file systems.
     *
     * @param root the folder that stands for {@code /}; links that lead out of it are not followed
     * @param osArch the JVM's {@code os.arch} there
     * @param libraryPath {@code LD_LIBRARY_PATH} there, empty if none
     */
    public DeviceProbe(Path root, String osArch, String libraryPath) {
        this(root, osArch, libraryPath, DeviceNodeReader::isCharacterDevice);
    }

    /** For tests: no user but root may create device nodes. */
    DeviceProbe(Path root, String osArch, String libraryPath, Predicate<Path> characterDevice) {
        this.root = new RootFolder(root);
        this.osArch = osArch;
        this.libraryPath = libraryPath;
        this.characterDevice = characterDevice;
    }

    /** Reads everything anew. */
    public DeviceFacts probe() {
        CpuFacts cpu = CpuReader.read(root, osArch);
        return new DeviceFacts(
                board(),
                cpu,
                MemoryReader.read(root),
                BusReader.pci(root),
                BusReader.usb(root),
                DeviceNodeReader.read(root, characterDevice),
                LibraryReader.read(root, cpu.arch(), libraryPath),
                sensors());
    }

    private Optional<String> board() {
        Optional<String> deviceTree = root.value("/proc/device-tree/model");
        return deviceTree.isPresent() ? deviceTree : root.value("/sys/class/dmi/id/product_name");
    }

    private List<String> sensors() {
        TreeSet<String> names = new TreeSet<>();
        for (String zone : root.names("/sys/class/thermal")) {
            if (zone.startsWith("thermal_zone")) {
                root.value("/sys/class/thermal/" + zone + "/type").ifPresent(names::add);
            }
        }
        for (String chip : root.names("/sys/class/hwmon")) {
            root.value("/sys/class/hwmon/" + chip + "/name").ifPresent(names::add);
        }
        return new ArrayList<>(names);
    }
}
