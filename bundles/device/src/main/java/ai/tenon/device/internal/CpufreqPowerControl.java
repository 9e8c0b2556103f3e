package ai.tenon.device.internal;

import ai.tenon.device.PowerControl;
import ai.tenon.device.PowerMode;
import ai.tenon.device.probe.RootFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Power modes as governors of the kernel's CPU frequency scaling, the same on all cores. */
final class CpufreqPowerControl implements PowerControl {
    private static final String FOLDER = "/sys/devices/system/cpu/cpufreq";

    /** From the most saving to the fastest; "userspace" is no mode, it leaves the choice open. */
    private static final List<String> ORDER =
            List.of(
                    "powersave",
                    "conservative",
                    "ondemand",
                    "interactive",
                    "schedutil",
                    "performance");

    /** Cores disagree: somebody else has set their governors one by one. */
    private static final PowerMode MIXED = new PowerMode("mixed");

    private final RootFolder root;
    private final List<String> governorFiles;
    private final List<PowerMode> modes;

    private CpufreqPowerControl(
            RootFolder root, List<String> governorFiles, List<PowerMode> modes) {
        this.root = root;
        this.governorFiles = governorFiles;
        this.modes = modes;
    }

    /**
     * @throws IOException if there is nothing to switch; the message says why
     */
    static CpufreqPowerControl open(RootFolder root) throws IOException {
        List<String> files = new ArrayList<>();
        Set<String> common = new LinkedHashSet<>(ORDER);
        for (String policy : root.names(FOLDER)) {
            if (policy.startsWith("policy")) {
                String folder = FOLDER + "/" + policy;
                String offered = root.value(folder + "/scaling_available_governors").orElse("");
                common.retainAll(Set.of(offered.split("\\s+")));
                files.add(folder + "/scaling_governor");
            }
        }
        if (files.isEmpty()) {
            throw new IOException("the kernel offers no CPU frequency scaling here");
        }
        if (common.size() < 2) {
            throw new IOException("the kernel offers no two governors that all cores have");
        }
        for (String file : files) {
            if (root.locate(file).filter(Files::isWritable).isEmpty()) {
                throw new IOException(file + " is not writable for this user");
            }
        }
        return new CpufreqPowerControl(root, files, common.stream().map(PowerMode::new).toList());
    }

    @Override
    public List<PowerMode> modes() {
        return modes;
    }

    /** The governor of all cores; {@code mixed} if they differ or cannot be read. */
    @Override
    public PowerMode mode() {
        Set<String> governors = new LinkedHashSet<>();
        for (String file : governorFiles) {
            governors.add(root.value(file).orElse(MIXED.name()));
        }
        return governors.size() == 1 ? new PowerMode(governors.iterator().next()) : MIXED;
    }

    @Override
    public synchronized void select(PowerMode mode) throws IOException {
        if (!modes.contains(mode)) {
            throw new IllegalArgumentException(
                    "This device has no power mode " + mode.name() + ", only " + modes);
        }
        List<String> before = new ArrayList<>();
        try {
            for (String file : governorFiles) {
                before.add(root.value(file).orElseThrow(() -> new IOException(file + " is gone")));
                write(file, mode.name());
            }
        } catch (IOException e) {
            restore(before, e);
            throw new IOException(
                    "The power mode stays: " + mode.name() + " was refused: " + e.getMessage(), e);
        }
    }

    private void restore(List<String> governors, IOException cause) {
        for (int i = 0; i < governors.size(); i++) {
            try {
                write(governorFiles.get(i), governors.get(i));
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }

    private void write(String file, String governor) throws IOException {
        Path path = root.locate(file).orElseThrow(() -> new IOException(file + " is gone"));
        Files.writeString(path, governor);
    }
}
