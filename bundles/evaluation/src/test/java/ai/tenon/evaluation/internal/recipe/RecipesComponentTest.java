package ai.tenon.evaluation.internal.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.evaluation.internal.References;
import ai.tenon.evaluation.internal.TestModels;
import ai.tenon.evaluation.internal.TestPass;
import ai.tenon.evaluation.internal.TestQuantizer;
import ai.tenon.evaluation.internal.room.Room;
import ai.tenon.evaluation.internal.room.Versioned;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.model.Recipe;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecipesComponentTest {
    private final Room room = new Room();
    private final RecipesComponent recipes = new RecipesComponent(room);
    private final List<String> log = new ArrayList<>();

    @BeforeEach
    void furnish() {
        bind("1.0.0", TestPass.identity());
        bind("1.10.0", TestPass.identity());
        bind("1.9.0", TestPass.identity());
        bind("2.0.0", logging("fuse", Stage.FUSION));
        bind("2.0.0", logging("fold", Stage.FOLDING));
        bind("2.0.0", logging("prune", Stage.PRUNING));
        room.bindQuantizer(References.of("3.0.0"), new TestQuantizer());
    }

    @Test
    void pinsTheHighestVersionUnlessOneIsNamed() {
        Recipe recipe = new Recipe(List.of("identity", "identity@1.9.0"), "steps", Map.of());
        Recipe pinned = recipes.pin(recipe);
        assertEquals(List.of("identity@1.10.0", "identity@1.9.0"), pinned.passes());
        assertEquals("steps@3.0.0", pinned.scheme());
        assertEquals(pinned, recipes.pin(pinned));
        assertEquals(Recipe.NONE, recipes.pin(Recipe.NONE));
    }

    @Test
    void whatIsNotHereIsRefusedWithWhatIs() {
        assertRefused(
                "no pass 'identity@7.0.0' here; there are: fold@2.0.0, fuse@2.0.0, identity@1.0.0",
                new Recipe(List.of("identity@7.0.0"), "", Map.of()));
        assertRefused("no scheme 'int3'", new Recipe(List.of(), "int3", Map.of()));
        assertRefused(
                "no setting 'speed' here; there are: exclude, exclude-classes, fold.size, step,",
                new Recipe(List.of("fold"), "steps", Map.of("speed", "1")));
        assertRefused(
                "no setting 'step' here; there are: fold.size",
                new Recipe(List.of("fold"), "", Map.of("step", "1")));
        assertRefused("no setting 'step.'", new Recipe(List.of(), "steps", Map.of("step.", "1")));
    }

    @Test
    void passesOfAStageRunUntilNoneFindsAnythingAndPruningOnce() throws Exception {
        Model model = TestModels.perceptron();
        recipes.apply(
                model,
                new Recipe(List.of("fuse", "identity", "prune", "fold"), "", Map.of()),
                CompileMonitor.SILENT);
        assertEquals(
                List.of("MatMul", "Relu", "MatMul"),
                model.graph().nodes().stream().map(Node::opType).toList());
        assertEquals(List.of("prune", "fold", "fold", "fuse", "fuse"), log);
    }

    @Test
    void optionsGoToWhomTheyBelong() throws Exception {
        Model model = TestModels.perceptron();
        recipes.apply(
                model,
                new Recipe(
                        List.of("fold"),
                        "steps",
                        Map.of("fold.size", "3", "step", "0.5", "step.y", "1", "exclude", "h1")),
                CompileMonitor.SILENT);
        assertEquals(List.of("fold{size=3}", "fold{size=3}"), log);
        float weight = weights(model, "w2")[0];
        assertEquals(Math.rint(weight), weight);
        assertEquals(weights(TestModels.perceptron(), "w1")[0], weights(model, "w1")[0]);
    }

    @Test
    void aSchemeThatNeedsCalibrationIsRefusedUnlessItsStatisticsAreThere() throws Exception {
        Model model = TestModels.perceptron();
        Recipe without = new Recipe(List.of("identity"), "calibrated", Map.of());
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> recipes.apply(model, without, CompileMonitor.SILENT))
                        .getMessage()
                        .contains("statistics of a calibration"));
        assertEquals(5, model.graph().nodes().size());
        recipes.apply(
                model,
                new Recipe(List.of(), "calibrated", Map.of("samples", "3")),
                CompileMonitor.SILENT);
    }

    @Test
    void passesOfAStageStandInTheOrderTheyWish() {
        Set<String> none = Set.of();
        List<Versioned<GraphPass>> ordered =
                PassOrder.of(
                        List.of(
                                versioned(TestPass.harmless("z", Stage.CLEANUP)),
                                versioned(TestPass.harmless("fuse", Stage.FUSION)),
                                versioned(
                                        new TestPass(
                                                "a",
                                                Stage.CLEANUP,
                                                Set.of("z", "fuse"),
                                                none,
                                                (model, settings) -> 0)),
                                versioned(TestPass.harmless("b", Stage.CLEANUP))));
        assertEquals(
                List.of("b", "z", "a", "fuse"), ordered.stream().map(Versioned::name).toList());
    }

    private static Versioned<GraphPass> versioned(GraphPass pass) {
        return new Versioned<>(pass.name(), org.osgi.framework.Version.emptyVersion, pass);
    }

    private static float[] weights(Model model, String name) {
        return ((ai.tenon.graph.Tensor) model.graph().value(name).constant()).toFloats();
    }

    private void assertRefused(String part, Recipe recipe) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> recipes.pin(recipe))
                        .getMessage();
        assertTrue(message.contains(part), message);
    }

    private void bind(String version, GraphPass pass) {
        room.bindPass(References.of(version), pass);
    }

    /** Finds something the first time it is asked. */
    private GraphPass logging(String name, Stage stage) {
        return new TestPass(
                name,
                stage,
                Set.of(),
                Set.of("size"),
                (model, settings) -> {
                    log.add(settings.isEmpty() ? name : name + settings);
                    return model.metadata().put(name, "") == null ? 1 : 0;
                });
    }
}
