package ai.tenon.core.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Tensor;
import ai.tenon.inference.Call;
import ai.tenon.inference.EndpointState;
import ai.tenon.inference.InferenceException;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.Deployments;
import ai.tenon.management.Deployments.Prepared;
import ai.tenon.management.ManagementException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceReference;

/**
 * Swaps in a real framework, under load: no call fails, no answer changes, and the core stays up
 * through all of it.
 */
class SwapIT {
    private static final Map<String, Object> SETTINGS =
            Map.of(
                    "backends",
                    new String[] {"a", "b"},
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

    private void serve(DeploymentSpec spec) throws InterruptedException {
        felix.core().restore(List.of(spec));
        TestFramework.waitFor(
                "the endpoint", () -> felix.endpoint(spec.name()).state() == EndpointState.SERVING);
    }

    private void swap(String pin) throws ManagementException {
        felix.core()
                .prepare(List.of(TestFramework.spec("e", pin)), Set.of(), CompileMonitor.SILENT)
                .commit();
    }

    private String backend() {
        return felix.core().endpoints().get(0).backend();
    }

    @Test
    void twoVersionsBesideEachOtherSwapUnderLoadAndTheCoreIsActivatedOnce() throws Exception {
        felix.backend("a", "1.0.0");
        felix.backend("a", "2.0.0");
        serve(TestFramework.spec("e", "a@1.0.0"));
        ServiceReference<Deployments> core = felix.context().getServiceReference(Deployments.class);
        Object component = core.getProperty("component.id");
        try (Load load = new Load(felix.endpoint("e"), 2)) {
            for (int i = 0; i < 40; i++) {
                swap(i % 2 == 0 ? "a@2.0.0" : "a@1.0.0");
                load.more(20);
            }
            load.close();
            assertNull(load.failure.get());
            assertEquals(0, load.wrong.get());
            assertEquals(Set.of("a@1.0.0", "a@2.0.0"), load.byBackend.keySet());
        }
        assertEquals(core, felix.context().getServiceReference(Deployments.class));
        assertEquals(component, core.getProperty("component.id"));
    }

    @Test
    void installingABackendRestartsNothingElse() throws Exception {
        felix.backend("b", "1.0.0");
        serve(TestFramework.spec("e", null));
        Map<String, Integer> stops = new HashMap<>();
        felix.context()
                .addBundleListener(
                        event -> {
                            if (event.getType() == BundleEvent.STOPPED
                                    || event.getType() == BundleEvent.UNRESOLVED) {
                                stops.merge(event.getBundle().getSymbolicName(), 1, Integer::sum);
                            }
                        });
        felix.backend("a", "1.0.0");
        TestFramework.waitFor("adoption of the preferred one", () -> backend().equals("a@1.0.0"));
        assertEquals(Map.of(), stops);
    }

    @Test
    void anUnlistedBackendIsAvailableButNotAdopted() throws Exception {
        felix.backend("b", "1.0.0");
        serve(TestFramework.spec("e", null));
        felix.backend("stranger", "1.0.0");
        Thread.sleep(300);
        assertEquals("b@1.0.0", backend());
        swap("stranger");
        assertEquals("stranger@1.0.0", backend());
        swap(null);
        assertEquals("b@1.0.0", backend());
    }

    @Test
    void aBackendStoppedUpdatedOrUninstalledUnderLoadFailsNoCall() throws Exception {
        Bundle a = felix.backend("a", "1.0.0");
        felix.backend("b", "1.0.0");
        serve(TestFramework.spec("e", null));
        try (Load load = new Load(felix.endpoint("e"), 2)) {
            load.more(50);
            a.stop();
            assertEquals("b@1.0.0", backend());
            a.start();
            TestFramework.waitFor("return to a", () -> backend().equals("a@1.0.0"));
            a.update(TestFramework.jar("a", "1.1.0"));
            TestFramework.waitFor("return to the updated a", () -> backend().equals("a@1.1.0"));
            a.uninstall();
            assertEquals("b@1.0.0", backend());
            load.more(50);
            load.close();
            assertNull(load.failure.get());
            assertEquals(0, load.wrong.get());
        }
    }

    @Test
    void withoutAnotherBackendTheEndpointIsUnavailableUntilOneComes() throws Exception {
        Bundle a = felix.backend("a", "1.0.0");
        serve(TestFramework.spec("e", null));
        TestFramework.waitFor("ready", felix::isReady);
        a.stop();
        assertEquals(EndpointState.UNAVAILABLE, felix.endpoint("e").state());
        assertFalse(felix.isReady());
        try (Call call = felix.endpoint("e").newCall()) {
            call.input(0, Tensor.ofFloats(new float[4], 4));
            assertEquals(
                    InferenceException.Code.UNAVAILABLE,
                    assertThrows(InferenceException.class, call::run).code());
        }
        a.start();
        TestFramework.waitFor(
                "service again", () -> felix.endpoint("e").state() == EndpointState.SERVING);
        TestFramework.waitFor("ready again", felix::isReady);
    }

    @Test
    void aSlowCompileBlocksNeitherItsOwnStartNorAnybodysCalls() throws Exception {
        felix.backend("b", "1.0.0");
        serve(TestFramework.spec("e", null));
        try (Load load = new Load(felix.endpoint("e"), 2)) {
            long before = System.nanoTime();
            felix.backend("a", "1.0.0", "Test-CompileMillis=10000");
            long startMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
            load.more(1000);
            load.close();
            assertNull(load.failure.get());
            // not a matter of speed: had the start waited for compiling, it had taken all of the 10
            // s
            assertTrue(startMillis < 9000, "the backend's own start waited for compiling");
            assertEquals("b@1.0.0", backend());
        }
    }

    @Test
    void aBackendThatAnswersOtherwiseIsRefusedAndNothingChanges() throws Exception {
        felix.backend("a", "1.0.0");
        felix.backend("liar", "1.0.0", "Test-Factor=3");
        serve(TestFramework.spec("e", null));
        ManagementException refused = assertThrows(ManagementException.class, () -> swap("liar"));
        assertTrue(refused.getMessage().contains("liar@1.0.0"), refused.getMessage());
        assertTrue(refused.getMessage().contains("answers differ"), refused.getMessage());
        assertEquals("a@1.0.0", backend());
    }

    @Test
    void aBackendThatDoesNotSupportTheModelSaysWhy() throws Exception {
        felix.backend("a", "1.0.0");
        felix.backend("picky", "1.0.0", "Test-Refuse=only static shapes of gear 224");
        serve(TestFramework.spec("e", null));
        ManagementException refused = assertThrows(ManagementException.class, () -> swap("picky"));
        assertTrue(
                refused.getMessage().contains("only static shapes of gear 224"),
                refused.getMessage());
        assertEquals(
                ManagementException.Kind.NOT_FOUND,
                assertThrows(ManagementException.class, () -> swap("none")).kind());
    }

    @Test
    void anErrorOutOfABackendIsARefusalAndNoMore() throws Exception {
        felix.backend("a", "1.0.0");
        serve(TestFramework.spec("e", null));
        felix.backend("a", "2.0.0", "Test-CompileError=no memory left on the chip");
        TestFramework.waitFor(
                "the newer one to be tried",
                () ->
                        felix.core()
                                .endpoints()
                                .get(0)
                                .reason()
                                .contains("no memory left on the chip"));
        assertEquals("a@1.0.0", backend());
        ManagementException refused =
                assertThrows(ManagementException.class, () -> swap("a@2.0.0"));
        assertTrue(
                refused.getMessage().contains("no memory left on the chip"), refused.getMessage());
        try (Load load = new Load(felix.endpoint("e"), 1)) {
            load.more(10);
            load.close();
            assertNull(load.failure.get());
        }
    }

    @Test
    void aBackendThatFailsCallAfterCallIsLeftForTheNext() throws Exception {
        felix.backend("a", "1.0.0", "Test-RunsUntilBroken=50");
        felix.backend("b", "1.0.0");
        serve(TestFramework.spec("e", null));
        assertEquals("a@1.0.0", backend());
        try (Load load = new Load(felix.endpoint("e"), 2)) {
            TestFramework.waitFor("the next backend", () -> backend().equals("b@1.0.0"));
            TestFramework.waitFor("answers from it", () -> load.byBackend.containsKey("b@1.0.0"));
            load.close();
            assertEquals(InferenceException.Code.BACKEND_FAILED, load.failure.get().code());
            assertTrue(load.failure.get().getMessage().contains("the chip is gone"));
            assertEquals(0, load.wrong.get());
        }
    }

    @Test
    void whatIsReplacedUnderARunningCallIsFreedBehindItAndThenCollected() throws Exception {
        felix.backend("a", "1.0.0", "Test-RunMillis=300");
        felix.backend("b", "1.0.0");
        serve(TestFramework.spec("e", null));
        CompletableFuture<Float> running =
                CompletableFuture.supplyAsync(
                        () -> {
                            try (Call call = felix.endpoint("e").newCall()) {
                                call.input(0, Tensor.ofFloats(new float[] {1, 1, 1, 1}, 4)).run();
                                return call.output(0).buffer().getFloat(0);
                            } catch (InferenceException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        Thread.sleep(100);
        swap("b");
        assertEquals(2f, running.get());
        TestFramework.waitFor(
                "the unloaded executable to be collected",
                () -> {
                    System.gc();
                    return felix.core().retired().stream()
                            .anyMatch(
                                    r ->
                                            r.backend().equals("a@1.0.0")
                                                    && r.state().equals("collected"));
                });
    }

    @Test
    void outputsThatAreHeldKeepWhatTheyBelongToAndItIsNamed() throws Exception {
        felix.backend("a", "1.0.0");
        felix.backend("b", "1.0.0");
        serve(TestFramework.spec("e", null));
        Call call = felix.endpoint("e").newCall();
        call.input(0, Tensor.ofFloats(new float[] {1, 2, 3, 4}, 4)).run();
        Prepared change =
                felix.core()
                        .prepare(
                                List.of(TestFramework.spec("e", "b")),
                                Set.of(),
                                CompileMonitor.SILENT);
        List<String> done = change.commit();
        assertTrue(done.toString().contains("a@1.0.0 still runs 1 calls"), done.toString());
        assertEquals(4f, call.output(0).buffer().getFloat(4));
        call.close();
        TestFramework.waitFor(
                "the retired one", () -> !felix.core().retired().get(0).state().equals("pending"));
    }

    @Test
    void manyCallersWaitBoundedAreToldBusyOrThatTheirTimeIsOver() throws Exception {
        Map<String, Object> settings = new HashMap<>(SETTINGS);
        settings.put("contexts", 1);
        settings.put("queue", 1);
        felix.configure(settings);
        felix.backend("a", "1.0.0", "Test-RunMillis=500");
        serve(TestFramework.spec("e", null));
        Map<String, Integer> outcomes = new java.util.concurrent.ConcurrentHashMap<>();
        List<Thread> callers = new java.util.ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long timeout = i == 1 ? 100_000_000L : 0;
            Thread caller =
                    new Thread(
                            () -> {
                                try (Call call = felix.endpoint("e").newCall()) {
                                    call.input(0, Tensor.ofFloats(new float[4], 4))
                                            .timeoutNanos(timeout)
                                            .run();
                                    outcomes.merge("served", 1, Integer::sum);
                                } catch (InferenceException e) {
                                    outcomes.merge(e.code().name(), 1, Integer::sum);
                                }
                            });
            callers.add(caller);
            caller.start();
            Thread.sleep(30);
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertNotNull(outcomes.get("DEADLINE_EXCEEDED"), outcomes.toString());
        assertNotNull(outcomes.get("BUSY"), outcomes.toString());
        assertNotNull(outcomes.get("served"), outcomes.toString());
        assertEquals(8, outcomes.values().stream().mapToInt(Integer::intValue).sum());
    }

    @Test
    void unloadAndLoadAgain() throws Exception {
        felix.backend("a", "1.0.0");
        serve(TestFramework.spec("e", null));
        DeploymentSpec off = TestFramework.spec("e", null).withLoaded(false);
        felix.core().prepare(List.of(off), Set.of(), CompileMonitor.SILENT).commit();
        assertEquals(EndpointState.UNLOADED, felix.endpoint("e").state());
        swap(null);
        assertEquals(EndpointState.SERVING, felix.endpoint("e").state());
        felix.core().prepare(List.of(), Set.of(), CompileMonitor.SILENT).commit();
        assertEquals(List.of(), felix.core().endpoints());
    }

    @Test
    void theLastBackendOfAnEndpointDoesNotLeaveByAPlannedChange() throws Exception {
        Bundle a = felix.backend("a", "1.0.0");
        serve(TestFramework.spec("e", null));
        ManagementException refused =
                assertThrows(
                        ManagementException.class,
                        () ->
                                felix.core()
                                        .prepare(
                                                List.of(TestFramework.spec("e", null)),
                                                Set.of(a.getBundleId()),
                                                CompileMonitor.SILENT));
        assertTrue(
                refused.getMessage().contains("'e' would be left without a backend"),
                refused.getMessage());
    }

    @Test
    void theFrameworkStopsWhileASwapIsPrepared() throws Exception {
        felix.backend("a", "1.0.0");
        felix.backend("b", "1.0.0", "Test-CompileMillis=3000");
        serve(TestFramework.spec("e", null));
        CompletableFuture<Throwable> swapping =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                swap("b");
                                return null;
                            } catch (ManagementException | RuntimeException e) {
                                return e;
                            }
                        });
        Thread.sleep(200);
        felix.framework().stop();
        assertEquals(
                org.osgi.framework.FrameworkEvent.STOPPED,
                felix.framework().waitForStop(60_000).getType());
        Throwable outcome = swapping.get(30, TimeUnit.SECONDS);
        assertTrue(
                outcome == null
                        || outcome instanceof ManagementException
                        || outcome.getMessage().contains("stopped"),
                String.valueOf(outcome));
    }
}
