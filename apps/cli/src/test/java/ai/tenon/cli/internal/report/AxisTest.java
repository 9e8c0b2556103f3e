package ai.tenon.cli.internal.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {
    @Test
    void ticksAreRoundAndTheirTextShort() {
        Axis axis = Axis.of(List.of(0.0, 69.8), 0, 0, 900);
        assertEquals(0, axis.pixel(0), 1e-9);
        assertTrue(axis.pixel(69.8) < 900);
        assertEquals(List.of(0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0), axis.ticks(70));
        assertEquals("0.5", Axis.text(0.5));
        assertEquals("10", Axis.text(10));
        assertEquals("0", Axis.text(-0.0));
    }

    @Test
    void oneOutlierDoesNotSqueezeTheOthers() {
        List<Double> drops = List.of(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 70.0);
        Axis axis = Axis.of(drops, 0.07, 360, 20);
        assertTrue(axis.pixel(0) - axis.pixel(0.5) > 60, "small drops are told apart");
        List<Double> ticks = axis.ticks(30);
        assertTrue(ticks.contains(0.0) && ticks.contains(50.0), ticks.toString());
        for (int i = 1; i < ticks.size(); i++) {
            assertTrue(axis.pixel(ticks.get(i - 1)) - axis.pixel(ticks.get(i)) >= 29.9);
        }
    }

    @Test
    void degenerateValuesStillGiveAnAxis() {
        for (List<Double> values : List.of(List.<Double>of(), List.of(0.0), List.of(-3.0, -3.0))) {
            Axis axis = Axis.of(values, 0.07, 360, 20);
            assertTrue(Double.isFinite(axis.pixel(0)), values.toString());
            assertTrue(axis.ticks(30).contains(0.0));
        }
    }
}
