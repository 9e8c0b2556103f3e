package ai.tenon.evaluation.internal.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.evaluation.internal.Rooms;
import ai.tenon.evaluation.internal.TestModels;
import ai.tenon.evaluation.internal.TestPass;
import ai.tenon.evaluation.internal.TestQuantizer;
import ai.tenon.evaluation.internal.room.Room;
import ai.tenon.model.Recipe;
import ai.tenon.optimize.Stage;
import ai.tenon.optimizer.Goal;
import ai.tenon.optimizer.OptimizeRequest;
import ai.tenon.optimizer.OptimizeResult;
import ai.tenon.optimizer.OptimizeResult.Trial;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What is tried with the passes and schemes of these tests, in this order: the model as it came,
 * passes, coarse, steps, and then the best again.
 */
class SearchTest {
    private final Room room = Rooms.with(TestPass.identity());
    private final OptimizeRequest.Builder request =
            OptimizeRequest.builder(Rooms.source(TestModels.perceptron()));

    @Test
    void theFastestThatIsAccurateEnoughIsChosen() throws Exception {
        Rooms.bind(room, new TestQuantizer());
        OptimizeResult result = search("fastest", 1, 0.9, 0.2, 0.5, 0.9, 0.9);
        assertEquals("steps", chosen(result).label());
        assertEquals("steps@1.0.0", result.recipe().scheme());
        assertEquals(List.of("identity@1.0.0"), result.recipe().passes());
        Trial coarse = trial(result, "coarse");
        assertTrue(coarse.drop() > 1, coarse.toString());
        assertTrue(coarse.verdict().startsWith("drop of"), coarse.verdict());
        assertTrue(result.notes().toString().contains("Scheme calibrated was not tried"));
        assertFalse(result.interrupted());
    }

    @Test
    void whereNothingIsFasterTheModelStaysAsItIs() throws Exception {
        Rooms.bind(room, new TestQuantizer());
        OptimizeResult result = search("fastest", 1, 1.01, 1);
        assertNull(result.model());
        assertEquals(Recipe.NONE, result.recipe());
        assertEquals("as it came", chosen(result).label());
        assertFalse(result.passes().get(0).kept());
        assertTrue(Double.isNaN(trial(result, "steps").drop()), "judged though it was slower");
        assertTrue(result.notes().toString().contains("stays as it is"));
    }

    @Test
    void whatDoesNotStandBeingMeasuredAgainGivesWayToTheNext() throws Exception {
        Rooms.bind(room, new TestQuantizer());
        // as it came, passes, coarse, steps, coarse mixed; then steps again and passes again
        OptimizeResult result = search("fastest", 1, 0.8, 1.5, 0.5, 1.2, 0.8);
        assertEquals("passes", chosen(result).label());
        assertTrue(
                result.notes().toString().contains("'steps' did not stand being measured again"),
                result.notes().toString());
        assertEquals(1.25, result.latency().speedup(), 1e-9);
    }

    @Test
    void whatIsFasterOnlyOnceIsNotTaken() throws Exception {
        // as it came, passes; then passes again, twice
        OptimizeResult result = search("fastest", 1, 0.8, 0.8, 1.01);
        assertNull(result.model());
        assertEquals("as it came", chosen(result).label());
        assertTrue(
                result.notes().toString().contains("'passes' did not stand being measured again"),
                result.notes().toString());
    }

    @Test
    void aPassThatMakesTheModelSlowerIsLeftOut() throws Exception {
        room.bindPass(
                ai.tenon.evaluation.internal.References.of("2.0.0"),
                TestPass.harmless("drag", Stage.CLEANUP));
        // as it came, all passes, without drag, without identity
        ScriptedStopwatch stopwatch =
                ScriptedStopwatch.saying(1, 0.8, 0.5).several(1, 0.8, 0.5, 0.9);
        OptimizeResult result =
                new OptimizerComponent(room, stopwatch, List.of())
                        .optimize(request.goal(Goal.parse("fastest")).build(), new Watching());
        assertEquals(List.of("identity@1.0.0"), result.recipe().passes());
        assertEquals("passes that pay", chosen(result).label());
        OptimizeResult.PassReport drag = result.passes().get(0);
        assertEquals("drag", drag.name());
        assertFalse(drag.kept());
        assertEquals(
                "slower: without it 1.600× as fast on " + result.latency().backend(),
                drag.reason());
        assertTrue(result.passes().get(1).kept());
        Trial without = trial(result, "passes without drag");
        assertEquals(0.5, without.millis(), 1e-9);
        assertEquals("1.600× as fast as with it: left out", without.verdict());
        assertTrue(trial(result, "passes without identity").verdict().endsWith("stays"));
        assertFalse(result.model().metadata().containsKey("drag"));
    }

    @Test
    void whereNoPassPaysNoneIsKept() throws Exception {
        ScriptedStopwatch stopwatch = ScriptedStopwatch.saying(1, 1.2).several(1, 1.2, 1);
        OptimizeResult result =
                new OptimizerComponent(room, stopwatch, List.of())
                        .optimize(request.goal(Goal.parse("smallest")).build(), new Watching());
        assertNull(result.model());
        assertTrue(
                result.passes().get(0).reason().startsWith("slower: without it 1.200×"),
                result.passes().toString());
    }

    @Test
    void aQuantizerThatFailsIsATrial() throws Exception {
        Rooms.bind(room, new TestQuantizer());
        Rooms.bind(room, new Stumbling());
        OptimizeResult result = search("fastest", 1, 0.9, 0.9, 0.5);
        assertEquals(
                "scheme stumbling@1.0.0 failed: java.lang.IndexOutOfBoundsException: 7",
                trial(result, "stumbling").verdict());
        assertEquals("steps", chosen(result).label());
    }

    @Test
    void aSchemeThatIsNotAccurateEnoughIsMixed() throws Exception {
        Rooms.bind(room, new TestQuantizer());
        request.maxDrop(30);
        OptimizeResult unlimited = search("fastest", 1, 1, 0.5, 0.9);
        double all = trial(unlimited, "coarse").drop();
        request.maxDrop(all * 0.9);
        OptimizeResult result = search("fastest", 1, 1, 0.5, 0.9, 0.6, 0.6);
        assertTrue(chosen(result).label().startsWith("coarse without 1 layer"), result.toString());
        assertTrue(chosen(result).drop() < all * 0.9);
        assertTrue(result.recipe().options().containsKey("exclude"));
        assertEquals(3, result.sensitivity().size());
        assertTrue(result.sensitivity().get(0).isClass());
    }

    @Test
    void fusionsAreTriedWithAndWithoutAScheme() throws Exception {
        Rooms.bind(room, new TestQuantizer());
        room.bindPass(
                ai.tenon.evaluation.internal.References.of("2.0.0"),
                TestPass.harmless("fuse", Stage.FUSION));
        OptimizeResult result = search("fastest", 1, 0.9, 0.9, 0.9);
        assertNotNull(trial(result, "passes + fusion"));
        assertNotNull(trial(result, "steps + fusion"));
    }

    @Test
    void aVariantThatDoesNotCompileIsATrial() throws Exception {
        Rooms.bind(room, new Refusing("fuse"));
        room.bindPass(
                ai.tenon.evaluation.internal.References.of("2.0.0"),
                TestPass.harmless("fuse", Stage.FUSION));
        request.backend("refusing");
        OptimizeResult result = search("fastest", 1, 0.9);
        assertEquals("not my style", trial(result, "passes + fusion").verdict());
        assertEquals("passes", chosen(result).label());
    }

    @Test
    void stoppedItReturnsTheBestSoFar() throws Exception {
        Rooms.bind(room, new TestQuantizer());
        ScriptedStopwatch stopwatch = ScriptedStopwatch.saying(1, 0.5);
        OptimizeResult result =
                new OptimizerComponent(room, stopwatch, List.of())
                        .optimize(
                                request.goal(Goal.parse("fastest")).build(),
                                new Watching("coarse"::equals));
        assertTrue(result.interrupted());
        assertEquals("passes", chosen(result).label());
        assertEquals(3, result.model().graph().nodes().size());
        assertEquals(2, result.latency().speedup(), 1e-9);
    }

    @Test
    void withoutTimeNothingIsTried() throws Exception {
        Rooms.bind(room, new TestQuantizer());
        request.setting("budget-seconds", "0");
        OptimizeResult result = search("fastest", 1, 0.5);
        assertEquals(1, result.trials().size());
        assertNull(result.model());
    }

    @Test
    void theSmallestMayNotBeSlower() throws Exception {
        assertEquals("passes", chosen(search("smallest", 1, 0.99)).label());
        OptimizeResult slower = search("smallest", 1, 1.1);
        assertNull(slower.model());
        assertEquals("slower: 0.91×", trial(slower, "passes").verdict());
    }

    @Test
    void theMostAccurateIsTheModelThatCameUnlessThatBreaksALimit() throws Exception {
        Rooms.bind(room, new TestQuantizer());
        assertNull(search("most-accurate", 1).model());
        // as it came takes 1 ms
        OptimizeResult result = search("latency<0.6ms", 1, 0.9, 0.5, 0.55);
        assertEquals("steps", chosen(result).label());
        OptimizeResult none = search("latency<0.1ms", 1, 0.9);
        assertNull(none.model());
        assertTrue(none.notes().toString().contains("keeps all limits"), none.notes().toString());
    }

    @Test
    void progressSaysTheBestSoFar() throws Exception {
        Rooms.bind(room, new TestQuantizer());
        Watching watching = new Watching();
        new OptimizerComponent(room, ScriptedStopwatch.saying(1, 0.5), List.of())
                .optimize(request.goal(Goal.parse("fastest")).build(), watching);
        assertTrue(
                watching.steps.contains("coarse|passes: 2.00× as fast, 0.0 MB"),
                watching.steps.toString());
        for (int i = 1; i < watching.done.size(); i++) {
            assertTrue(watching.done.get(i) >= watching.done.get(i - 1), "goes back");
        }
    }

    private OptimizeResult search(String goal, double... slower) throws Exception {
        return new OptimizerComponent(room, ScriptedStopwatch.saying(slower), List.of())
                .optimize(request.goal(Goal.parse(goal)).build(), new Watching());
    }

    private static Trial chosen(OptimizeResult result) {
        return result.trials().stream().filter(Trial::chosen).findFirst().orElseThrow();
    }

    private static Trial trial(OptimizeResult result, String label) {
        return result.trials().stream()
                .filter(trial -> trial.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new AssertionError(label + " in " + result.trials()));
    }
}
