package ai.tenon.evaluation.internal.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.evaluation.internal.Rooms;
import ai.tenon.evaluation.internal.TestData;
import ai.tenon.evaluation.internal.TestModels;
import ai.tenon.evaluation.internal.TestPass;
import ai.tenon.evaluation.internal.TestQuantizer;
import ai.tenon.evaluation.internal.room.Room;
import ai.tenon.optimizer.OptimizeRequest;
import ai.tenon.optimizer.OptimizeResult;
import ai.tenon.optimizer.OptimizeResult.Sensitivity;
import ai.tenon.quantize.QuantizationScheme;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MixedRunTest {
    private static final QuantizationScheme MIXED = QuantizationScheme.of("mixed");

    private final Room room = Rooms.with(TestPass.identity());
    private final OptimizeRequest.Builder request =
            OptimizeRequest.builder(Rooms.source(TestModels.deep())).evaluation(TestData.of(30));

    MixedRunTest() {
        Rooms.bind(room, new TestQuantizer());
    }

    @Test
    void whereAllLayersKeepTheLimitNothingStaysInHigherPrecision() throws Exception {
        OptimizeResult result = run(MIXED.with("base", "steps"), 1);
        assertEquals(Map.of(), result.recipe().options());
        assertEquals("steps@1.0.0", result.recipe().scheme());
        assertEquals(List.of(), result.sensitivity());
    }

    @Test
    void theMostSensitiveLayersStayAsFewAsTheLimitAllows() throws Exception {
        // layer h2 suffers most by far, then h0; the others hardly
        QuantizationScheme scheme =
                MIXED.with("base", "steps").with("step.h2", "1.5").with("step.h0", "0.8");
        OptimizeResult result = run(scheme, 1);
        List<Sensitivity> layers = result.sensitivity().stream().filter(s -> !s.isClass()).toList();
        assertEquals("h2", layers.get(0).subject());
        assertEquals("h0", layers.get(1).subject());
        assertTrue(layers.get(0).drop() > layers.get(1).drop());
        assertEquals(
                layers,
                layers.stream().sorted(Comparator.comparingDouble(s -> -s.drop())).toList());
        assertEquals("h2;h0", result.recipe().options().get("exclude"));
        assertTrue(result.accuracy().get(0).drop() <= 1, result.accuracy().toString());
        assertTrue(
                result.notes().contains("In higher precision stays: 2 layers: h2, h0."),
                result.notes().toString());
        assertEquals(1, result.trials().stream().filter(t -> t.chosen()).count());
    }

    @Test
    void aClassThatHoldsFewOfTheWeightsStaysAsAWhole() throws Exception {
        QuantizationScheme scheme = MIXED.with("base", "steps").with("step.g", "9");
        OptimizeResult result = run(scheme, 1);
        assertEquals("Gemm", result.recipe().options().get("exclude-classes"));
        assertTrue(
                result.notes().contains("In higher precision stays: all layers of class Gemm."),
                result.notes().toString());
    }

    @Test
    void calibrationIsDoneOnceForAllVariants() throws Exception {
        request.calibration(TestData.of(12));
        Watching watching = new Watching();
        request.scheme(MIXED.with("base", "calibrated")).maxDrop(-1);
        OptimizeResult result =
                new OptimizerComponent(room, ScriptedStopwatch.saying(1), List.of())
                        .optimize(request.build(), watching);
        assertNull(result.model());
        assertTrue(result.notes().toString().contains("No mix keeps the limit"));
        assertTrue(result.sensitivity().size() > 2);
        assertEquals(
                12, watching.steps.stream().filter(step -> step.contains("calibrating")).count());
    }

    @Test
    void theBaseHasToBeHere() {
        String message =
                assertThrows(IllegalArgumentException.class, () -> run(MIXED, 1)).getMessage();
        assertTrue(message.startsWith("there is no scheme 'int8-dynamic' here"), message);
    }

    private OptimizeResult run(QuantizationScheme scheme, double maxDrop) throws Exception {
        return new OptimizerComponent(room, ScriptedStopwatch.saying(1), List.of())
                .optimize(request.scheme(scheme).maxDrop(maxDrop).build(), new Watching());
    }
}
