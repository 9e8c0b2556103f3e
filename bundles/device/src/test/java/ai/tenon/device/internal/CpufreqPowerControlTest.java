package ai.tenon.device.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.device.PowerControl;
import ai.tenon.device.PowerMode;
import ai.tenon.device.probe.Board;
import ai.tenon.device.probe.RootFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpufreqPowerControlTest {
    private static final PowerMode POWERSAVE = new PowerMode("powersave");
    private static final PowerMode PERFORMANCE = new PowerMode("performance");

    @TempDir Path root;
    private Path policy0;
    private Path policy1;

    @BeforeEach
    void unfold() throws IOException {
        Board.unfold("x86-server", root);
        Path cpufreq = root.resolve("sys/devices/system/cpu/cpufreq");
        policy0 = cpufreq.resolve("policy0/scaling_governor");
        policy1 = cpufreq.resolve("policy1/scaling_governor");
    }

    @Test
    void switchesAllCores() throws IOException {
        PowerControl power = CpufreqPowerControl.open(new RootFolder(root));
        assertEquals(List.of(POWERSAVE, PERFORMANCE), power.modes(), "what all cores have");
        assertEquals(POWERSAVE, power.mode());

        power.select(PERFORMANCE);

        assertEquals(PERFORMANCE, power.mode());
        assertEquals("performance", Files.readString(policy0));
        assertEquals("performance", Files.readString(policy1));
    }

    @Test
    void coresThatDisagreeAreMixed() throws IOException {
        Files.writeString(policy1, "performance\n");
        assertEquals(new PowerMode("mixed"), CpufreqPowerControl.open(new RootFolder(root)).mode());
    }

    @Test
    void refusesUnknownModes() throws IOException {
        PowerControl power = CpufreqPowerControl.open(new RootFolder(root));
        for (String name : List.of("userspace", "schedutil", "turbo\nperformance")) {
            assertThrows(
                    IllegalArgumentException.class, () -> power.select(new PowerMode(name)), name);
        }
        assertEquals(POWERSAVE, power.mode());
    }

    @Test
    void aRefusalLeavesEveryCoreAsItWas() throws IOException {
        PowerControl power = CpufreqPowerControl.open(new RootFolder(root));
        Files.delete(policy1);
        IOException refused = assertThrows(IOException.class, () -> power.select(PERFORMANCE));
        assertTrue(refused.getMessage().contains("policy1/scaling_governor"), refused::getMessage);
        assertEquals("powersave", Files.readString(policy0));
    }

    @Test
    void saysWhyThereIsNothingToSwitch() throws IOException {
        Files.writeString(
                policy1.resolveSibling("scaling_available_governors"), "performance schedutil");
        assertReason("two governors");

        Files.delete(policy1.resolveSibling("scaling_available_governors"));
        assertReason("two governors");

        Files.writeString(
                policy1.resolveSibling("scaling_available_governors"), "performance powersave");
        Files.delete(policy1);
        assertReason("policy1/scaling_governor is not writable");
    }

    @Test
    void saysThatThereIsNoFrequencyScaling() {
        IOException none =
                assertThrows(
                        IOException.class,
                        () -> CpufreqPowerControl.open(new RootFolder(root.resolve("missing"))));
        assertTrue(none.getMessage().contains("no CPU frequency scaling"), none::getMessage);
    }

    private void assertReason(String part) {
        IOException none =
                assertThrows(
                        IOException.class, () -> CpufreqPowerControl.open(new RootFolder(root)));
        assertTrue(none.getMessage().contains(part), none::getMessage);
    }
}
