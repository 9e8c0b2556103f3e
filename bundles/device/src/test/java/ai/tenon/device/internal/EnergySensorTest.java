package ai.tenon.device.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.device.probe.RootFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnergySensorTest {
    private static final long SECOND = 1_000_000_000;

    @TempDir Path root;
    private final AtomicLong time = new AtomicLong(-SECOND);
    private EnergySensor sensor;

    @BeforeEach
    void start() throws IOException {
        energy("1000000");
        sensor = new EnergySensor(new RootFolder(root), "package-0", "", time::get);
    }

    @Test
    void isTheMeanPowerSinceTheReadingBefore() throws IOException {
        assertEquals(OptionalDouble.empty(), sensor.read(), "no interval yet");
        after(2 * SECOND, "31000000");
        assertEquals(OptionalDouble.of(15), sensor.read());
        after(SECOND, "35000000");
        assertEquals(OptionalDouble.of(4), sensor.read());
    }

    @Test
    void tooSoonIsTheSameAgain() throws IOException {
        after(SECOND, "3000000");
        assertEquals(OptionalDouble.of(2), sensor.read());
        after(SECOND / 20, "900000000");
        assertEquals(OptionalDouble.of(2), sensor.read());
    }

    @Test
    void theCounterMayBeginAgain() throws IOException {
        Files.writeString(root.resolve("max_energy_range_uj"), "10000000\n");
        after(SECOND, "500000");
        assertEquals(OptionalDouble.of(9.5), sensor.read());
    }

    @Test
    void withoutARangeAWrapIsUnknown() throws IOException {
        after(SECOND, "500000");
        assertEquals(OptionalDouble.empty(), sensor.read());
    }

    @Test
    void garbageIsUnknownUntilTwoGoodReadings() throws IOException {
        after(SECOND, "many");
        assertEquals(OptionalDouble.empty(), sensor.read());
        after(SECOND, "1000000");
        assertEquals(OptionalDouble.empty(), sensor.read());
        after(SECOND, "3000000");
        assertEquals(OptionalDouble.of(2), sensor.read());
    }

    private void after(long nanos, String energy) throws IOException {
        time.addAndGet(nanos);
        energy(energy);
    }

    private void energy(String microjoules) throws IOException {
        Files.writeString(root.resolve("energy_uj"), microjoules + "\n");
    }
}
