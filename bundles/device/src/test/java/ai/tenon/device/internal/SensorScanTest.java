package ai.tenon.device.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.device.Sensor;
import ai.tenon.device.probe.Board;
import ai.tenon.device.probe.RootFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensorScanTest {
    @TempDir Path root;

    @Test
    void findsWhatTheKernelOffers() throws IOException {
        Board.unfold("x86-server", root);
        List<String> found = new ArrayList<>();
        for (Sensor sensor : SensorScan.of(new RootFolder(root))) {
            OptionalDouble value = sensor.read();
            found.add(
                    sensor.name()
                            + " = "
                            + (value.isPresent() ? value.getAsDouble() : "?")
                            + " "
                            + sensor.kind().unit());
        }
        assertEquals(
                List.of(
                        "thermal_zone0.x86_pkg_temp = 47.0 °C",
                        "thermal_zone1.acpitz = ? °C",
                        "hwmon0.coretemp.temp1.Package-id-0 = 52.5 °C",
                        "hwmon1.amdgpu.freq1 = 2.45E9 Hz",
                        "hwmon1.amdgpu.in0 = 0.875 V",
                        "hwmon1.amdgpu.power1 = 31.0 W",
                        "hwmon2.lm25066.power1 = 2.0 W",
                        "intel-rapl-0.package-0 = ? W",
                        "policy0 = 2.1E9 Hz",
                        "policy1 = ? Hz"),
                found);
    }

    @Test
    void namesItsSource() throws IOException {
        Board.unfold("x86-server", root);
        assertEquals(
                "/sys/class/thermal/thermal_zone0/temp",
                SensorScan.of(new RootFolder(root)).get(0).source());
    }

    @Test
    void findsNothingWhereNothingIs() {
        assertEquals(List.of(), SensorScan.of(new RootFolder(root)));
    }

    @Test
    void aValueThatVanishesIsAbsent() throws IOException {
        Board.unfold("x86-server", root);
        Sensor sensor = SensorScan.of(new RootFolder(root)).get(0);
        Files.delete(root.resolve("sys/class/thermal/thermal_zone0/temp"));
        assertEquals(OptionalDouble.empty(), sensor.read());
    }
}
