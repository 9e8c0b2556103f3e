package ai.tenon.evaluation.internal.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.evaluation.Metric;
import ai.tenon.evaluation.Sample;
import ai.tenon.evaluation.internal.References;
import ai.tenon.evaluation.internal.Rooms;
import ai.tenon.evaluation.internal.TestData;
import ai.tenon.evaluation.internal.TestModels;
import ai.tenon.evaluation.internal.TestPass;
import ai.tenon.evaluation.internal.TestQuantizer;
import ai.tenon.evaluation.internal.recipe.RecipesComponent;
import ai.tenon.evaluation.internal.room.Room;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.model.Recipe;
import ai.tenon.optimize.Stage;
import ai.tenon.optimizer.OptimizeRequest;
import ai.tenon.optimizer.OptimizeResult;
import ai.tenon.optimizer.OptimizeResult.PassReport;
import ai.tenon.quantize.QuantizationScheme;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptimizerComponentTest {
    private final Model original = TestModels.perceptron();
    private final OptimizeRequest.Builder request = OptimizeRequest.builder(Rooms.source(original));

    @Test
    void passesRunAndTheModelThatCameStaysAsItIs() throws Exception {
        Room room = Rooms.with(TestPass.identity(), TestPass.harmless("idle", Stage.FOLDING));
        OptimizeResult result = optimize(room, 1);
        assertEquals(3, result.model().graph().nodes().size());
        assertEquals(5, original.graph().nodes().size());
        assertEquals(List.of("identity@1.0.0", "idle@1.0.0"), result.recipe().passes());
        PassReport identity = result.passes().get(0);
        assertEquals(2, identity.changes());
        assertTrue(identity.kept());
        assertEquals(0, identity.maxDifference());
        assertEquals("reference@1.0.0", result.latency().backend());
        assertEquals(1, score(result, "cosine").after());
        assertTrue(Double.isNaN(score(result, "sqnr").drop()), "against infinity");
        assertTrue(result.notes().toString().contains("weak judge"), result.notes().toString());
        assertTrue(result.notes().toString().contains("checked on reference"));
    }

    @Test
    void aWrongPassIsFoundAndRevertedAndTheOthersStay() throws Exception {
        Room room =
                Rooms.with(
                        TestPass.identity(),
                        TestPass.harmless("a", Stage.CLEANUP),
                        TestPass.wrong(Stage.CLEANUP));
        OptimizeResult result = optimize(room, 1);
        assertEquals(List.of("a@1.0.0", "identity@1.0.0"), result.recipe().passes());
        PassReport wrong = report(result, "wrong");
        assertFalse(wrong.kept());
        assertEquals(1, wrong.maxDifference(), 0.01);
        assertTrue(wrong.reason().startsWith("outputs moved by 1.0"), wrong.reason());
        assertEquals(1, score(result, "cosine").after());
    }

    @Test
    void aPassThatFailsIsReverted() throws Exception {
        Room room =
                Rooms.with(
                        TestPass.identity(),
                        TestPass.of(
                                "clumsy",
                                Stage.CLEANUP,
                                (model, settings) -> {
                                    throw new IndexOutOfBoundsException("7");
                                }));
        OptimizeResult result = optimize(room, 1);
        assertEquals(List.of("identity@1.0.0"), result.recipe().passes());
        assertTrue(
                report(result, "clumsy").reason().contains("clumsy@1.0.0 failed"),
                report(result, "clumsy").reason());
    }

    @Test
    void fusionStaysOnlyIfItIsNotSlower() throws Exception {
        Room room = Rooms.with(TestPass.identity(), TestPass.harmless("fuse", Stage.FUSION));
        assertTrue(report(optimize(room, 0.5), "fuse").kept());
        OptimizeResult slower = optimize(room, 1.25, 1);
        PassReport fuse = report(slower, "fuse");
        assertFalse(fuse.kept());
        assertEquals("slower: 0.80 of the speed before on reference@1.0.0", fuse.reason());
        assertEquals(List.of("identity@1.0.0"), slower.recipe().passes());
    }

    @Test
    void whereFusionDoesNotPayWithoutOnePassItMay() throws Exception {
        Room room =
                Rooms.with(
                        TestPass.harmless("a", Stage.FUSION), TestPass.harmless("b", Stage.FUSION));
        // the stage, then without b
        ScriptedStopwatch stopwatch =
                ScriptedStopwatch.saying(1.25, 0.9).several(1, 1.25, 1.25, 0.9);
        OptimizeResult result =
                new OptimizerComponent(room, stopwatch, List.of())
                        .optimize(request.build(), new Watching());
        assertEquals(List.of("a@1.0.0"), result.recipe().passes());
        assertTrue(report(result, "a").kept());
        assertTrue(report(result, "b").reason().startsWith("slower: without it 1.389× as fast"));
    }

    @Test
    void whatFoldingLeavesBehindIsCleanedUpAndTheRecipeSaysSo() throws Exception {
        TestPass messy =
                TestPass.of(
                        "messy",
                        Stage.FOLDING,
                        (model, settings) -> {
                            if (model.metadata().put("messy", "") != null) {
                                return 0;
                            }
                            Graph graph = model.graph();
                            Value relu = graph.value("relu");
                            Value same = graph.newValue("untidy", null);
                            graph.replaceUses(relu, same);
                            graph.add("", "Identity", "", List.of(relu), List.of(same));
                            graph.sort();
                            return 1;
                        });
        Room room = Rooms.with(TestPass.identity(), messy);
        OptimizeResult result = optimize(room, 1);
        List<String> passes = List.of("identity@1.0.0", "messy@1.0.0", "identity@1.0.0");
        assertEquals(passes, result.recipe().passes());
        assertEquals(3, result.model().graph().nodes().size());
        assertEquals(3, report(result, "identity").changes());
        assertEquals(2, result.passes().size());
        Model again = original.copy();
        new RecipesComponent(room).apply(again, result.recipe(), CompileMonitor.SILENT);
        assertEquals(3, again.graph().nodes().size());
    }

    @Test
    void passesAloneThatMakeTheModelSlowerAreTakenBack() throws Exception {
        OptimizeResult result = optimize(Rooms.with(TestPass.identity()), 1.1);
        assertNull(result.model());
        assertFalse(report(result, "identity").kept());
        assertTrue(result.notes().toString().contains("slower"), result.notes().toString());
    }

    @Test
    void pruningRunsOnlyWhereItIsAskedFor() throws Exception {
        TestPass prune =
                new TestPass(
                        "prune",
                        Stage.PRUNING,
                        java.util.Set.of(),
                        java.util.Set.of("sparsity"),
                        TestPass.wrong(Stage.PRUNING).work());
        Room room = Rooms.with(prune);
        assertNull(optimize(room, 1).model());
        request.setting("prune.sparsity", "0.5");
        OptimizeResult result = optimize(room, 1);
        assertEquals(Map.of("prune.sparsity", "0.5"), result.recipe().options());
        assertTrue(report(result, "prune").kept());
        assertNotSame(original, result.model());
        assertTrue(score(result, "sqnr").after() < 20);
    }

    @Test
    void whereNothingCanBeDoneTheModelStaysAsItIs() throws Exception {
        OptimizeResult result = optimize(Rooms.with(), 1);
        assertNull(result.model());
        assertEquals(Recipe.NONE, result.recipe());
    }

    @Test
    void aSchemeIsAppliedBetweenThePassesAndItsRecipeGivesTheSameModelAgain() throws Exception {
        Room room = Rooms.with(TestPass.identity(), TestPass.harmless("fuse", Stage.FUSION));
        Rooms.bind(room, new TestQuantizer());
        request.scheme(QuantizationScheme.of("calibrated").with("exclude", "h1"))
                .calibration(TestData.of(40));
        OptimizeResult result = optimize(room, 1);
        assertEquals("calibrated@1.0.0", result.recipe().scheme());
        assertEquals(Map.of("exclude", "h1", "samples", "40"), result.recipe().options());
        assertEquals(2, result.layers().size());
        assertTrue(score(result, "cosine").after() > 0.999);
        assertEquals(2, result.trials().size());
        Model again = original.copy();
        new RecipesComponent(room).apply(again, result.recipe(), CompileMonitor.SILENT);
        assertEquals(3, again.graph().nodes().size());
        for (String weight : List.of("w1", "w2")) {
            assertTrue(constant(again, weight).contentEquals(constant(result.model(), weight)));
        }
    }

    @Test
    void layersInsideBranchesAreTold() throws Exception {
        Room room = Rooms.with(TestPass.identity());
        Rooms.bind(room, new TestQuantizer());
        OptimizeRequest.Builder branches =
                OptimizeRequest.builder(Rooms.source(TestModels.branches()))
                        .scheme(QuantizationScheme.of("steps"));
        OptimizeResult result =
                new OptimizerComponent(room, ScriptedStopwatch.saying(1), List.of())
                        .optimize(branches.build(), new Watching(step -> false));
        assertTrue(
                result.notes()
                        .contains(
                                "Layers inside branches and bodies (If, Loop, Scan) stay as they"
                                        + " were: 2, the first of them then."),
                result.notes().toString());
    }

    @Test
    void whatCannotBeMetIsRefused() {
        Room room = Rooms.with(TestPass.identity());
        Rooms.bind(room, new TestQuantizer());
        assertRefused(
                "no scheme 'int3' here; there are: calibrated@1.0.0, coarse@1.0.0, steps@1.0.0",
                room,
                request.scheme(QuantizationScheme.of("int3")));
        assertRefused(
                "needs calibration data: give them with --calibrate, or use a scheme that"
                        + " needs none: coarse, steps",
                room,
                request.scheme(QuantizationScheme.of("calibrated")));
        assertRefused(
                "no setting 'speed'",
                room,
                request.scheme(QuantizationScheme.of("steps").with("speed", "1")));
        request.scheme(null);
        assertRefused(
                "no backend 'gpu' here; there are: reference@1.0.0", room, request.backend("gpu"));
        request.backend(null);
        assertRefused(
                "no metric 'taste' here; there are: agreement@1.0.0",
                room,
                request.metric("taste"));
        assertRefused("metric top1 and the data do not fit", room, request.metric("top1"));
        request.metric(null);
        assertRefused("no pass 'magic'", room, request.passes(List.of("magic")));
        request.passes(null);
        assertRefused("no setting 'budget'", room, request.setting("budget", "1"));
    }

    @Test
    void aMetricThatWasNotMadeForTheModelIsLeftOut() throws Exception {
        Room room = Rooms.with(TestPass.identity());
        room.bindMetric(References.of("1.0.0"), new Stumbling());
        OptimizeResult result = optimize(room, 1);
        assertTrue(result.accuracy().stream().noneMatch(s -> s.metric().equals("stumbling")));
        assertRefused(
                "metric stumbling and the data do not fit", room, request.metric("stumbling"));
    }

    /** Reads where there is nothing. */
    private static final class Stumbling implements Metric {
        @Override
        public String name() {
            return "stumbling";
        }

        @Override
        public boolean higherIsBetter() {
            return true;
        }

        @Override
        public Accumulator start() {
            return new Accumulator() {
                @Override
                public void add(Map<String, Tensor> outputs, Map<String, Tensor> expected) {
                    outputs.get("y").buffer().getFloat(4000);
                }

                @Override
                public double value() {
                    return 0;
                }
            };
        }
    }

    @Test
    void dataThatDoNotFitAreRefusedBeforeAnythingIsDone() {
        Room room = Rooms.with(TestPass.identity());
        Sample narrow = new Sample(Map.of("x", Tensor.ofFloats(new float[7], 1, 7)), Map.of());
        assertRefused(
                "sample 0 of /data has FLOAT[1, 7] for input x",
                room,
                request.evaluation(new TestData(List.of(narrow))));
        assertRefused("no samples in /data", room, request.evaluation(new TestData(List.of())));
        request.evaluation(null);
        assertRefused("shape.z", room, request.setting("shape.z", "1x8"));
    }

    @Test
    void stoppedBeforeTheSchemeIsThroughNothingIsMade() throws Exception {
        Room room = Rooms.with(TestPass.identity());
        Rooms.bind(room, new TestQuantizer());
        request.scheme(QuantizationScheme.of("calibrated")).calibration(TestData.of(40));
        OptimizeResult result =
                new OptimizerComponent(room, ScriptedStopwatch.saying(1), List.of())
                        .optimize(
                                request.build(),
                                new Watching(step -> step.contains("calibrating")));
        assertNull(result.model());
        assertTrue(result.interrupted());
        assertTrue(result.notes().toString().contains("Stopped"), result.notes().toString());
    }

    private OptimizeResult optimize(Room room, double... slower) throws Exception {
        return new OptimizerComponent(room, ScriptedStopwatch.saying(slower), List.of())
                .optimize(request.build(), new Watching());
    }

    private void assertRefused(String part, Room room, OptimizeRequest.Builder asked) {
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        new OptimizerComponent(
                                                        room,
                                                        ScriptedStopwatch.saying(1),
                                                        List.of())
                                                .optimize(asked.build(), new Watching()))
                        .getMessage();
        assertTrue(message.contains(part), message);
    }

    private static Tensor constant(Model model, String name) {
        return (Tensor) model.graph().value(name).constant();
    }

    private static PassReport report(OptimizeResult result, String pass) {
        return result.passes().stream().filter(r -> r.name().equals(pass)).findFirst().get();
    }

    private static OptimizeResult.Score score(OptimizeResult result, String metric) {
        return result.accuracy().stream().filter(s -> s.metric().equals(metric)).findFirst().get();
    }
}
