package ai.tenon.bench.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.Backend;
import ai.tenon.bench.BenchRequest;
import ai.tenon.bench.Comparison;
import ai.tenon.bench.Layers;
import ai.tenon.evaluation.internal.measurement.InterleavedStopwatch;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.model.ModelFormat;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

class BenchComponentTest {
    @TempDir Path folder;

    private final Room room = new Room();
    private final BenchComponent bench = new BenchComponent(room, new InterleavedStopwatch());
    private final Copying first = new Copying("first");
    private final Copying second = new Copying("second");
    private Path model;

    @BeforeEach
    void furnish() throws IOException {
        model = Files.write(folder.resolve("copy.model"), new byte[] {1, 2, 3});
        room.bindFormat(answering(ModelFormat.class, Map.of("name", "model", "accepts", true)));
        bind(first, "1.0.0");
        bind(second, "2.0.0");
    }

    @Test
    void runsEveryCandidateInEveryRoundOnTheSameInputs() throws Exception {
        Comparison comparison = compare(model, "first", "second@2.0.0");
        assertEquals(50, comparison.rounds());
        assertEquals("copy.model", comparison.model());
        assertEquals(first.runs, second.runs);
        assertTrue(first.runs >= 50);
        assertEquals(3, first.threads);
        assertArrayEquals(new long[] {2, 5}, first.shape);
        Comparison.Candidate times = comparison.candidates().get(1);
        assertEquals("second@2.0.0", times.backend());
        assertEquals("2.0.0", times.version());
        assertTrue(times.minMs() <= times.p50Ms() && times.p50Ms() <= times.p90Ms());
        Comparison.Ratio ratio = comparison.ratios().get(0);
        assertEquals(List.of("first", "second@2.0.0"), List.of(ratio.of(), ratio.over()));
        assertTrue(ratio.low() <= ratio.median() && ratio.median() <= ratio.high());
        assertEquals(2, comparison.ratios().size());
    }

    @Test
    void theNewestVersionIsMeantUnlessOneIsNamed() throws Exception {
        bind(new Copying("first"), "1.10.0");
        bind(new Copying("first"), "1.9.0");
        assertEquals("1.10.0", compare(model, "first").candidates().get(0).version());
        assertEquals("1.9.0", compare(model, "first@1.9.0").candidates().get(0).version());
    }

    @Test
    void leavesNothingBehind() throws Exception {
        compare(model, "first");
        assertEquals(0, first.open);
        first.failAfter = first.runs + 5;
        assertRefused(Kind.FAILED, "first failed: out of paper", model, "second", "first");
        assertRefused(
                Kind.NOT_FOUND, "there are: first@1.0.0, second@2.0.0", model, "second", "third");
        assertEquals(0, first.open);
        assertEquals(0, second.open);
    }

    @Test
    void whatCannotBeMeasuredIsSaid() throws Exception {
        assertRefused(
                Kind.INVALID,
                "odd models are refused",
                Files.write(folder.resolve("odd"), new byte[1]),
                "first");
        assertRefused(Kind.NOT_FOUND, "there is no file", folder.resolve("missing"), "first");
        assertRefused(Kind.INVALID, "only once", model, "first", "first");
        assertRefused(Kind.INVALID, "names no backend", model, "+endpoint");
        assertRefused(Kind.FAILED, "ai.tenon.core", model, "first+endpoint");
    }

    @Test
    void modelsOfTheSameFileNameAreToldApart() throws Exception {
        Path other =
                Files.write(
                        Files.createDirectory(folder.resolve("other")).resolve("copy.model"),
                        new byte[] {4});
        Comparison comparison = compare(null, "first:" + model, "first:" + other);
        String parent = folder.getFileName() + "/copy.model";
        assertEquals(
                List.of("first:" + parent, "first:other/copy.model"),
                comparison.candidates().stream().map(Comparison.Candidate::backend).toList());
        assertEquals("first:other/copy.model", comparison.ratios().get(0).over());
        assertEquals("", comparison.model());
    }

    @Test
    void whatStandsInBracketsIsACandidatesOwn() throws Exception {
        Comparison comparison = compare(model, "first[ink=red;shape.x=4x4]", "second");
        assertEquals("first[ink=red;shape.x=4x4]", comparison.candidates().get(0).backend());
        assertEquals(Map.of("ink", "red", "shape.x", "4x4"), first.settings);
        assertEquals(Map.of("shape.x", "2x5"), second.settings);
        assertArrayEquals(new long[] {4, 4}, first.shape);
        assertArrayEquals(new long[] {2, 5}, second.shape);
    }

    @Test
    void anEndpointServesWithTheCandidatesSettingsAndGoesAfterwards() throws Exception {
        Serving core = new Serving(room);
        Comparison comparison = compare(model, "first+endpoint[ink=red;shape.x=4x4]");
        Comparison.Candidate candidate = comparison.candidates().get(0);
        assertEquals("first+endpoint[ink=red;shape.x=4x4]", candidate.backend());
        assertEquals("this test", candidate.device());
        DeploymentSpec deployed = core.deployed.get(0);
        assertEquals("first@1.0.0", deployed.pin().toString());
        assertEquals(
                Map.of("contexts", "1", "threads", "3", "ink", "red", "shape.x", "4x4"),
                deployed.settings());
        assertArrayEquals(new long[] {4, 4}, core.shape);
        assertTrue(core.runs >= 50);
        assertEquals(0, core.openCalls);
        assertEquals(List.of(), core.desired);
        assertEquals(0, first.runs);
    }

    @Test
    void layersAreToldOfEveryCandidate() throws Exception {
        List<Layers> all = layers("second", "first[ink=red]");
        assertEquals(
                List.of("second", "first[ink=red]"), all.stream().map(Layers::candidate).toList());
        assertEquals(50, all.get(0).runs());
        assertEquals(50, second.runs);
        assertEquals(1, all.get(0).layers().get(0).nanos());
        assertEquals(Map.of("memory", 1e9), all.get(0).peaks());
        assertEquals(0, first.open + second.open);
    }

    @Test
    void layersRefuseTheSameTwiceAsWell() {
        ManagementException error =
                assertThrows(ManagementException.class, () -> layers("first", "first"));
        assertEquals(Kind.INVALID, error.kind());
        assertTrue(error.getMessage().contains("only once"), error.getMessage());
    }

    @Test
    void anEndpointTellsOfNoLayers() throws Exception {
        new Serving(room);
        Layers layers = layers("first+endpoint").get(0);
        assertEquals(List.of(), layers.layers());
        assertEquals(0, layers.runs());
    }

    @Test
    void aSettingThatABackendDoesNotKnowIsRefused() throws Exception {
        compare(model, "first[ink=black]", "second");
        assertRefused(
                Kind.FAILED,
                "first[imk=black]: model 'copy.model': backend 'first' has no setting 'imk' (did you mean"
                        + " 'ink'?)",
                model,
                "second",
                "first[imk=black]");
        assertEquals(0, first.open);
        assertEquals(0, second.open);
    }

    @Test
    void aShapeForNoInputIsRefused() {
        BenchRequest request =
                new BenchRequest(model, List.of("first"), 1, Map.of("y", "2x5"), 1, Duration.ZERO);
        ManagementException error =
                assertThrows(ManagementException.class, () -> bench.compare(request, step -> {}));
        assertEquals(Kind.INVALID, error.kind());
        assertTrue(error.getMessage().contains("shape.y is for no input"), error.getMessage());
        assertEquals(0, first.open);
    }

    private Comparison compare(Path file, String... candidates)
            throws ManagementException, InterruptedException {
        return bench.compare(request(file, candidates), step -> {});
    }

    private List<Layers> layers(String... candidates)
            throws ManagementException, InterruptedException {
        return bench.layers(request(model, candidates), step -> {});
    }

    private static BenchRequest request(Path file, String... candidates) {
        return new BenchRequest(
                file, List.of(candidates), 3, Map.of("x", "2x5"), 50, Duration.ZERO);
    }

    private void assertRefused(Kind kind, String part, Path file, String... candidates) {
        ManagementException error =
                assertThrows(ManagementException.class, () -> compare(file, candidates));
        assertEquals(kind, error.kind(), error.getMessage());
        assertTrue(error.getMessage().contains(part), error.getMessage());
    }

    @SuppressWarnings("unchecked")
    private void bind(Backend backend, String version) {
        Bundle bundle =
                answering(Bundle.class, Map.of("getVersion", Version.parseVersion(version)));
        room.bindBackend(answering(ServiceReference.class, Map.of("getBundle", bundle)), backend);
    }

    /** An object that knows the answers to some methods. */
    private static <T> T answering(Class<T> type, Map<String, Object> answers) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "hashCode" -> System.identityHashCode(proxy);
                                    case "equals" -> proxy == arguments[0];
                                    default -> answers.get(method.getName());
                                }));
    }
}
