package ai.tenon.device.internal;

import ai.tenon.device.Sensor;
import ai.tenon.device.Sensor.Kind;
import ai.tenon.device.probe.RootFolder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the sensors that the kernel offers and that this process may read. */
final class SensorScan {
    private static final int MAX_SENSORS = 512;

    private final RootFolder root;
    private final List<Sensor> sensors = new ArrayList<>();

    private SensorScan(RootFolder root) {
        this.root = root;
    }

    static List<Sensor> of(RootFolder root) {
        SensorScan scan = new SensorScan(root);
        scan.thermalZones();
        scan.hwmon();
        scan.powercap();
        scan.frequencies();
        return List.copyOf(scan.sensors);
    }

    /** Documentation/driver-api/thermal/sysfs-api.rst: millidegrees. */
    private void thermalZones() {
        String folder = "/sys/class/thermal/";
        for (String zone : root.names(folder)) {
            if (zone.startsWith("thermal_zone")) {
                String name = zone + label(folder + zone + "/type");
                file(name, Kind.TEMPERATURE, folder + zone + "/temp", 1e-3);
            }
        }
    }

    /** Documentation/hwmon/sysfs-interface.rst: millidegrees, microwatts, millivolts, hertz. */
    private void hwmon() {
        String folder = "/sys/class/hwmon/";
        for (String chip : root.names(folder)) {
            String prefix = chip + label(folder + chip + "/name") + ".";
            for (String file : root.names(folder + chip)) {
                if (!file.endsWith("_input") && !file.endsWith("_average")) {
                    continue;
                }
                String channel = file.substring(0, file.lastIndexOf('_'));
                String path = folder + chip + "/" + file;
                String name = prefix + channel + label(folder + chip + "/" + channel + "_label");
                if (file.endsWith("_average")) {
                    // Some chips measure only the mean; power1_input is better where both are.
                    String input = folder + chip + "/" + channel + "_input";
                    if (channel.startsWith("power") && !isReadable(input)) {
                        file(name, Kind.POWER, path, 1e-6);
                    }
                } else if (channel.startsWith("temp")) {
                    file(name, Kind.TEMPERATURE, path, 1e-3);
                } else if (channel.startsWith("power")) {
                    file(name, Kind.POWER, path, 1e-6);
                } else if (channel.startsWith("in")) {
                    // "in" and a number; "intrusion0_alarm" has another ending
                    file(name, Kind.VOLTAGE, path, 1e-3);
                } else if (channel.startsWith("freq")) {
                    file(name, Kind.FREQUENCY, path, 1);
                }
            }
        }
    }

    /** Documentation/power/powercap/powercap.rst: microjoules, mostly readable for root only. */
    private void powercap() {
        String folder = "/sys/class/powercap/";
        for (String zone : root.names(folder)) {
            if (isReadable(folder + zone + "/energy_uj")) {
                String name = clean(zone) + label(folder + zone + "/name");
                add(new EnergySensor(root, name, folder + zone, System::nanoTime));
            }
        }
    }

    /** Documentation/admin-guide/pm/cpufreq.rst: kilohertz. */
    private void frequencies() {
        String folder = "/sys/devices/system/cpu/cpufreq/";
        for (String policy : root.names(folder)) {
            if (policy.startsWith("policy")) {
                file(policy, Kind.FREQUENCY, folder + policy + "/scaling_cur_freq", 1e3);
            }
        }
    }

    private void file(String name, Kind kind, String path, double unit) {
        if (isReadable(path)) {
            add(new FileSensor(root, name, kind, path, unit));
        }
    }

    private void add(Sensor sensor) {
        if (sensors.size() < MAX_SENSORS) {
            sensors.add(sensor);
        }
    }

    private boolean isReadable(String path) {
        return root.locate(path).filter(Files::isReadable).isPresent();
    }

    /** What the kernel calls it, after a dot. */
    private String label(String path) {
        Optional<String> label = root.value(path);
        return label.isPresent() ? "." + clean(label.get()) : "";
    }

    /** Names become parts of topics and of metrics' labels. */
    private static String clean(String text) {
        return text.replaceAll("[^A-Za-z0-9_-]+", "-");
    }
}
