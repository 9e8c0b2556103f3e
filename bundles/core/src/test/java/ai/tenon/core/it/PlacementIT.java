package ai.tenon.core.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.inference.EndpointState;
import ai.tenon.management.BackendInfo;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.EndpointInfo;
import ai.tenon.management.ManagementException;
import ai.tenon.management.PlacedNode;
import ai.tenon.management.PlacedPart;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/**
 * A model that no backend runs alone, in a real framework and under load: it is cut, served, and
 * moves when one of its backends leaves.
 */
class PlacementIT {
    private static final DeploymentSpec CHAIN = TestFramework.chain(null, Map.of());
    private static final Map<String, Object> SETTINGS =
            Map.of(
                    "backends",
                    new String[] {"neg", "add", "all"},
                    "adoptMillis",
                    50L,
                    "drainMillis",
                    2000L,
                    "departMillis",
                    5000L);

    @TempDir Path cache;
    private TestFramework felix;

    @BeforeEach
    void start() throws Exception {
        felix = new TestFramework(cache, SETTINGS);
    }

    @AfterEach
    void stop() throws Exception {
        felix.close();
    }

    private Bundle backend(String name, String operator) throws Exception {
        return operator == null
                ? felix.backend(name, "1.0.0")
                : felix.backend(name, "1.0.0", "Test-Operator=" + operator);
    }

    private void serve(DeploymentSpec spec) throws InterruptedException {
        felix.core().restore(List.of(spec));
        TestFramework.waitFor(
                "the endpoint", () -> felix.endpoint("e").state() == EndpointState.SERVING);
    }

    private EndpointInfo endpoint() {
        return felix.core().endpoints().get(0);
    }

    private ManagementException refusal(DeploymentSpec spec) {
        return assertThrows(
                ManagementException.class,
                () -> felix.core().prepare(List.of(spec), Set.of(), CompileMonitor.SILENT));
    }

    @Test
    void aModelThatNobodyRunsAloneIsCutAndTheListSaysWhichNodesRunWhereAndWhy() throws Exception {
        backend("neg", "Neg");
        backend("add", "Add");
        serve(CHAIN);
        try (Load load = new Load(felix.endpoint("e"), 2)) {
            load.more(50);
            load.close();
            assertNull(load.failure.get());
            assertEquals(0, load.wrong.get());
            assertEquals(Set.of("neg@1.0.0 + add@1.0.0"), load.byBackend.keySet());
        }
        String why = "neg@1.0.0: neg runs Neg only";
        assertEquals(
                List.of(
                        new PlacedPart("neg@1.0.0", List.of(new PlacedNode("Neg 'before'", ""))),
                        new PlacedPart("add@1.0.0", List.of(new PlacedNode("Add 'double'", why))),
                        new PlacedPart("neg@1.0.0", List.of(new PlacedNode("Neg 'behind'", "")))),
                endpoint().parts());
        assertEquals(
                "3 parts: neg@1.0.0 2 nodes; add@1.0.0 1 node (Add 'double', " + why + ")",
                endpoint().placement());
        assertEquals(
                List.of(List.of("e"), List.of("e")),
                felix.core().backends().stream().map(BackendInfo::endpoints).toList());
    }

    @Test
    void whenAPartnerLeavesUnderLoadTheEndpointMovesAndComesBackWithIt() throws Exception {
        backend("neg", "Neg");
        Bundle add = backend("add", "Add");
        serve(CHAIN);
        backend("all", null);
        // all runs the whole model, so that a cut of three nodes is no longer worth it, but what
        // serves is left alone
        assertEquals("neg@1.0.0 + add@1.0.0", endpoint().backend());
        try (Load load = new Load(felix.endpoint("e"), 2)) {
            load.more(50);
            add.stop();
            assertEquals("all@1.0.0", endpoint().backend());
            assertEquals("", endpoint().placement());
            load.more(50);
            load.close();
            assertNull(load.failure.get());
            assertEquals(0, load.wrong.get());
        }
        TestFramework.waitFor(
                "all parts to be collected",
                () -> {
                    System.gc();
                    return felix.core().retired().get(0).state().equals("collected");
                });
    }

    @Test
    void withoutThePartnerTheEndpointIsUnavailableUntilItComesBack() throws Exception {
        backend("neg", "Neg");
        Bundle add = backend("add", "Add");
        serve(CHAIN);
        add.stop();
        assertEquals(EndpointState.UNAVAILABLE, endpoint().state());
        assertTrue(endpoint().reason().contains("neg runs Neg only"), endpoint().reason());
        add.start();
        TestFramework.waitFor(
                "service again", () -> felix.endpoint("e").state() == EndpointState.SERVING);
        assertEquals("neg@1.0.0 + add@1.0.0", endpoint().backend());
    }

    @Test
    void aPartnerThatIsPreferredToTheOneInUseTakesItsPart() throws Exception {
        backend("neg", "Neg");
        backend("all", "Add");
        serve(CHAIN);
        assertEquals("neg@1.0.0 + all@1.0.0", endpoint().backend());
        backend("add", "Add");
        TestFramework.waitFor(
                "the preferred partner",
                () -> endpoint().backend().equals("neg@1.0.0 + add@1.0.0"));
    }

    @Test
    void aBackendThatRanNoPartIsNotKeptOnceItIsGone() throws Exception {
        backend("neg", "Neg");
        backend("add", "Add");
        Bundle spare = backend("all", "Sqrt");
        serve(CHAIN);
        WeakReference<ClassLoader> classes =
                new WeakReference<>(spare.adapt(BundleWiring.class).getClassLoader());
        spare.uninstall();
        TestFramework.waitFor(
                "its classes to go",
                () -> {
                    System.gc();
                    return classes.get() == null;
                });
        assertEquals("neg@1.0.0 + add@1.0.0", endpoint().backend());
    }

    @Test
    void aPartnerThatFailsCallAfterCallIsLeftForTheNext() throws Exception {
        backend("neg", "Neg");
        felix.backend("add", "1.0.0", "Test-Operator=Add", "Test-RunsUntilBroken=50");
        backend("all", "Add");
        serve(CHAIN);
        try (Load load = new Load(felix.endpoint("e"), 1)) {
            TestFramework.waitFor(
                    "the next partner", () -> endpoint().backend().equals("neg@1.0.0 + all@1.0.0"));
            load.close();
            assertTrue(
                    load.failure
                            .get()
                            .getMessage()
                            .contains("part 2 of 3, on add@1.0.0: the chip is gone"),
                    load.failure.get().getMessage());
        }
    }

    @Test
    void aPartnerThatDoesNotCompileIsNamedAndTheNextOneTried() throws Exception {
        backend("neg", "Neg");
        felix.backend("add", "1.0.0", "Test-Operator=Add", "Test-CompileError=out of chips");
        ManagementException refused = refusal(CHAIN);
        assertTrue(refused.getMessage().contains("add@1.0.0"), refused.getMessage());
        assertTrue(refused.getMessage().contains("out of chips"), refused.getMessage());
        backend("all", "Add");
        felix.core().prepare(List.of(CHAIN), Set.of(), CompileMonitor.SILENT).commit();
        assertEquals("neg@1.0.0 + all@1.0.0", endpoint().backend());
    }

    @Test
    void aCutThatAnswersOtherwiseIsRefusedUnderTheNamesOfAllItsBackends() throws Exception {
        Bundle all = backend("all", null);
        serve(CHAIN);
        backend("neg", "Neg");
        felix.backend("add", "1.0.0", "Test-Operator=Add", "Test-Factor=3");
        String refused =
                assertThrows(
                                ManagementException.class,
                                () ->
                                        felix.core()
                                                .prepare(
                                                        List.of(CHAIN),
                                                        Set.of(all.getBundleId()),
                                                        CompileMonitor.SILENT))
                        .getMessage();
        assertTrue(refused.contains("neg@1.0.0 + add@1.0.0: answers differ"), refused);
        assertEquals("all@1.0.0", endpoint().backend());
    }

    @Test
    void placementSingleForbidsTheCutInADeploymentAndInTheProfile() throws Exception {
        backend("neg", "Neg");
        backend("add", "Add");
        serve(CHAIN);
        String refused =
                refusal(TestFramework.chain(null, Map.of("placement", "single"))).getMessage();
        assertTrue(refused.contains("Add 'double': neg runs Neg only"), refused);
        assertTrue(refused.contains("Neg 'before': add runs Add only"), refused);
        refused = refusal(TestFramework.chain(null, Map.of("placement", "both"))).getMessage();
        assertTrue(refused.contains("it can be auto or single"), refused);
        backend("all", null);
        Map<String, Object> settings = new HashMap<>(SETTINGS);
        settings.put("placement", "single");
        felix.configure(settings);
        TestFramework.waitFor("the whole model", () -> endpoint().backend().equals("all@1.0.0"));
        felix.configure(SETTINGS);
        Thread.sleep(200);
        assertEquals("all@1.0.0", endpoint().backend());
    }

    @Test
    void aPinnedBackendRunsTheWholeModelOrSaysWhatItDoesNotRun() throws Exception {
        backend("neg", "Neg");
        backend("add", "Add");
        serve(CHAIN);
        String refused = refusal(TestFramework.chain("neg", Map.of())).getMessage();
        assertTrue(refused.contains("Add 'double': neg runs Neg only"), refused);
        assertTrue(refused.contains("without the pin others may run the rest"), refused);
        assertEquals("neg@1.0.0 + add@1.0.0", endpoint().backend());
    }
}
