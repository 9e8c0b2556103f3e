package ai.tenon.core.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Tensor;
import ai.tenon.inference.Call;
import ai.tenon.inference.EndpointState;
import ai.tenon.management.EndpointInfo;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deployment's settings: which are the core's, who gets the others, and what nobody knows. */
class SettingsIT {
    @TempDir Path cache;
    private TestFramework felix;

    @BeforeEach
    void start() throws Exception {
        felix =
                new TestFramework(
                        cache, Map.of("backends", new String[] {"a", "b"}, "adoptMillis", 50L));
    }

    @AfterEach
    void stop() throws Exception {
        felix.close();
    }

    private void deploy(String pin, Map<String, String> settings) throws ManagementException {
        felix.core()
                .prepare(
                        List.of(TestFramework.chain(pin, settings)),
                        Set.of(),
                        CompileMonitor.SILENT)
                .commit();
    }

    private String refusal(String pin, Map<String, String> settings) {
        ManagementException refused =
                assertThrows(ManagementException.class, () -> deploy(pin, settings));
        assertEquals(Kind.FAILED, refused.kind());
        return refused.getMessage();
    }

    private EndpointInfo endpoint() {
        return felix.core().endpoints().get(0);
    }

    private void assertServedBy(String backend) throws Exception {
        assertEquals(EndpointState.SERVING, endpoint().state());
        assertEquals(backend, endpoint().backend());
        try (Call call = felix.endpoint("e").newCall()) {
            call.input(0, Tensor.ofFloats(new float[] {1, 2, 3, 4}, 4)).run();
            assertEquals(8f, call.output(0).buffer().getFloat(12));
        }
    }

    @Test
    void oneThatNobodyKnowsIsRefusedWithAllReasonsAndWhatServesStays() throws Exception {
        felix.backend("a", "1.0.0", "Test-Settings=precision");
        felix.backend("b", "1.0.0", "Test-Settings=none");
        deploy(null, Map.of("precision", "bf16"));
        assertServedBy("a@1.0.0");
        String refused = refusal(null, Map.of("precison", "bf16"));
        assertTrue(refused.startsWith("endpoint 'e' stays as it is: a@1.0.0: model"), refused);
        assertTrue(
                refused.contains(
                        "backend 'a' has no setting 'precison' (did you mean 'precision'?)"),
                refused);
        assertTrue(refused.contains("; b@1.0.0: model"), refused);
        assertTrue(refused.contains("backend 'b' has no setting 'precison'"), refused);
        assertServedBy("a@1.0.0");
        assertEquals("", endpoint().reason());
    }

    @Test
    void aPinnedBackendRefusesForItself() throws Exception {
        felix.backend("a", "1.0.0", "Test-Settings=none");
        felix.backend("b", "1.0.0", "Test-Settings=turbo");
        deploy(null, Map.of());
        String refused = refusal("a", Map.of("turbo", "on"));
        assertTrue(refused.contains("backend 'a' has no setting 'turbo'"), refused);
        assertTrue(!refused.contains("b@1.0.0"), refused);
        assertServedBy("a@1.0.0");
    }

    @Test
    void whoeverDoesNotKnowOneIsPassedOver() throws Exception {
        felix.backend("a", "1.0.0", "Test-Settings=none");
        felix.backend("b", "1.0.0", "Test-Settings=turbo");
        deploy(null, Map.of("turbo", "on"));
        assertServedBy("b@1.0.0");
        deploy(null, Map.of());
        assertServedBy("a@1.0.0");
    }

    @Test
    void thoseOfTheCoreNeverReachABackendAndThoseOfInputsHaveToName() throws Exception {
        felix.backend("a", "1.0.0", "Test-Settings=none");
        deploy(
                null,
                Map.of("threads", "1", "contexts", "2", "placement", "single", "shape.x", "4"));
        assertServedBy("a@1.0.0");
        String refused = refusal(null, Map.of("shape.y", "4"));
        assertTrue(refused.contains("setting shape.y is for no input of the model"), refused);
    }

    @Test
    void inACutEachPartGetsWhatItsBackendKnows() throws Exception {
        felix.backend("a", "1.0.0", "Test-Operator=Neg", "Test-Settings=turbo");
        felix.backend("b", "1.0.0", "Test-Operator=Add", "Test-Settings=none");
        deploy(null, Map.of("turbo", "on"));
        assertServedBy("a@1.0.0 + b@1.0.0");
        String refused = refusal(null, Map.of("turbi", "on"));
        assertTrue(refused.contains("did you mean 'turbo'?"), refused);
        assertServedBy("a@1.0.0 + b@1.0.0");
    }
}
