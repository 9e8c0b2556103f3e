package ai.tenon.provisioning.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.store.Durable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generations, with the real launcher, core, ONNX files and reference backend. */
class GatewayIT {
    @TempDir Path temp;
    private Path data;
    private Path made;
    private TestDistribution distribution;

    @BeforeEach
    void assemble() throws IOException {
        data = temp.resolve("data");
        made = temp.resolve("made");
        distribution = new TestDistribution(temp.resolve("profile"));
    }

    private GatewayProcess start() throws IOException, InterruptedException {
        GatewayProcess gateway = new GatewayProcess(distribution.folder, data);
        gateway.awaitReady();
        return gateway;
    }

    private static String uri(Path file) {
        return file.toUri().toString();
    }

    @Test
    void aChangeSurvivesKillStopAndALostCache() throws Exception {
        Path model = temp.resolve("twice.onnx");
        try (GatewayProcess gateway = start()) {
            assertEquals("0 true", gateway.ask("status"));
            assertEquals("written", gateway.ask("model", model.toString()));
            String deployed = gateway.ask("id", "one", "deploy", "twice", uri(model));
            assertTrue(deployed.startsWith("SUCCEEDED 1 "), deployed);
            assertEquals("2.0 4.0 6.0 8.0", gateway.ask("infer", "twice"));
            String installed = gateway.ask("install", uri(Jars.bundle(made, "test.one", "1.0.0")));
            assertTrue(installed.startsWith("SUCCEEDED 2"), installed);
            String configured = gateway.ask("configure", "test.pid~x", "key", "value");
            assertTrue(configured.startsWith("SUCCEEDED 3"), configured);
            gateway.kill();
        }
        Files.delete(model);
        try (GatewayProcess gateway = start()) {
            assertEquals("3 true", gateway.ask("status"));
            assertEquals("2.0 4.0 6.0 8.0", gateway.ask("infer", "twice"));
            assertTrue(gateway.ask("bundles").contains("test.one@1.0.0=ACTIVE"));
            assertEquals("value", gateway.ask("config", "test.pid~x"));
            assertEquals("shipped", gateway.ask("config", "test.shipped"));
            assertTrue(gateway.settled("one").startsWith("SUCCEEDED 1"));
            assertEquals(0, gateway.stop());
        }
        Durable.deleteTree(data.resolve("run"));
        try (GatewayProcess gateway = start()) {
            assertEquals("3 true", gateway.ask("status"));
            assertEquals("2.0 4.0 6.0 8.0", gateway.ask("infer", "twice"));
            assertTrue(gateway.ask("bundles").contains("test.one@1.0.0=ACTIVE"));
            String back = gateway.ask("rollback", "1");
            assertTrue(back.startsWith("SUCCEEDED 1"), back);
            assertFalse(gateway.ask("bundles").contains("test.one"));
            assertEquals("none", gateway.ask("config", "test.pid~x"));
            assertEquals("2.0 4.0 6.0 8.0", gateway.ask("infer", "twice"));
            assertEquals(0, gateway.stop());
        }
    }

    @Test
    void theSameVersionWithOtherContentIsRefused() throws Exception {
        try (GatewayProcess gateway = start()) {
            Path first = Jars.bundle(made, "test.one", "1.0.0");
            assertTrue(gateway.ask("install", uri(first)).startsWith("SUCCEEDED 1"));
            assertTrue(gateway.ask("install", uri(first)).contains("nothing to change"));
            Path other = Jars.bundle(temp.resolve("other"), "test.one", "1.0.0", "Other: yes");
            for (String kind : new String[] {"install", "update"}) {
                String refused = gateway.ask(kind, uri(other));
                assertTrue(
                        refused.startsWith("FAILED 0 test.one 1.0.0 is installed with other"),
                        refused);
            }
            assertEquals("1 true", gateway.ask("status"));
        }
    }

    @Test
    void whatTheDeviceLacksIsSaidAndLeavesNothingBehind() throws Exception {
        try (GatewayProcess gateway = start()) {
            String before = gateway.ask("bundles");
            String chip =
                    gateway.ask(
                            "install",
                            uri(
                                    Jars.bundle(
                                            made,
                                            "test.chip",
                                            "1.0.0",
                                            "Require-Capability: ai.tenon.library;filter:="
                                                    + "\"(&(soname=libascendcl.so)(version>=7.0))"
                                                    + "\"")));
            assertEquals(
                    "FAILED 0 test.chip 1.0.0 needs library libascendcl.so ≥ 7.0; this device has"
                            + " none",
                    chip);
            String api =
                    gateway.ask(
                            "install",
                            uri(
                                    Jars.bundle(
                                            made,
                                            "test.late",
                                            "1.0.0",
                                            "Import-Package: ai.tenon.backend;version=\"[2,3)\"")));
            String late =
                    "FAILED 0 test.late 1.0.0 was built against ai.tenon.backend"
                            + " [2.0.0,3.0.0); this gateway has ";
            assertTrue(api.startsWith(late), api);
            assertTrue(api.substring(late.length()).matches("1\\.\\d+\\.\\d+"), api);
            assertEquals(before, gateway.ask("bundles"));
            assertEquals("0 true", gateway.ask("status"));
            assertEquals(0, gateway.stop());
        }
    }

    @Test
    void aBundleThatDoesNotStartIsTakenOutAgain() throws Exception {
        try (GatewayProcess gateway = start()) {
            String failed =
                    gateway.ask(
                            "install",
                            uri(
                                    Jars.bundle(
                                            made,
                                            "test.bad",
                                            "1.0.0",
                                            "Bundle-Activator: not.There")));
            assertTrue(failed.startsWith("FAILED 0 test.bad 1.0.0 does not start"), failed);
            assertFalse(gateway.ask("bundles").contains("test.bad"));
            assertEquals("0 true", gateway.ask("status"));
        }
    }

    @Test
    void whatOthersNeedStays() throws Exception {
        try (GatewayProcess gateway = start()) {
            Path library =
                    Jars.bundle(made, "test.lib", "1.0.0", "Export-Package: test.lib;version=1");
            Path user = Jars.bundle(made, "test.user", "1.0.0", "Import-Package: test.lib");
            assertTrue(gateway.ask("install", uri(library)).startsWith("SUCCEEDED"));
            assertTrue(gateway.ask("install", uri(user)).startsWith("SUCCEEDED"));
            String refused = gateway.ask("uninstall", "test.lib");
            assertEquals(
                    "FAILED 0 test.user 1.0.0 needs package test.lib; this gateway has none",
                    refused);
            assertTrue(gateway.ask("uninstall", "test.user").startsWith("SUCCEEDED"));
            assertTrue(gateway.ask("uninstall", "test.lib").startsWith("SUCCEEDED"));
            assertEquals(
                    "FAILED 0 ai.tenon.core is a part of every gateway: it can be updated,"
                            + " not uninstalled",
                    gateway.ask("uninstall", "ai.tenon.core"));
        }
    }

    @Test
    void theHouseIsChangedByARestart() throws Exception {
        Path core = Manifests.withVersion(Jars.found("core-0"), made, "0.1.1");
        try (GatewayProcess gateway = start()) {
            gateway.tell("id core update " + uri(core));
            assertEquals(75, gateway.awaitExit());
        }
        try (GatewayProcess gateway = start()) {
            assertEquals("1 true", gateway.ask("status"));
            String bundles = gateway.ask("bundles");
            assertTrue(bundles.contains("ai.tenon.core@0.1.1=ACTIVE"), bundles);
            assertFalse(bundles.contains("ai.tenon.core@0.1.0="), bundles);
            String found = gateway.settled("core");
            assertTrue(found.startsWith("SUCCEEDED 1"), found);
        }
    }

    @Test
    void threeFailedStartsFallBackToTheGoodGeneration() throws Exception {
        distribution.configure("config.ai.tenon.provisioning/readyMillis=1500\n");
        Path core =
                Manifests.withHeader(
                        Manifests.withVersion(Jars.found("core-0"), made, "0.1.1"),
                        "Bundle-Activator",
                        "not.There");
        try (GatewayProcess gateway = start()) {
            gateway.tell("id core update " + uri(core));
            assertEquals(75, gateway.awaitExit());
        }
        // Without a core nobody inside notices that it never gets ready.
        for (int i = 0; i < 3; i++) {
            try (GatewayProcess gateway = new GatewayProcess(distribution.folder, data)) {
                assertEquals("pong", gateway.ask("ping"));
                gateway.kill();
            }
        }
        try (GatewayProcess gateway = start()) {
            assertEquals("0 true", gateway.ask("status"));
            assertTrue(gateway.output().contains("Back to generation 0"), gateway.output());
            assertEquals("1=failed 0=current", gateway.ask("generations"));
            String found = gateway.settled("core");
            assertTrue(found.startsWith("FAILED 0"), found);
        }
    }

    @Test
    void anUpgradeThatDoesNotServeIsStartedThreeTimesAndGivenUp() throws Exception {
        distribution.configure("config.ai.tenon.provisioning/readyMillis=1500\n");
        Path model = temp.resolve("twice.onnx");
        try (GatewayProcess gateway = start()) {
            gateway.ask("model", model.toString());
            assertTrue(gateway.ask("deploy", "twice", uri(model)).startsWith("SUCCEEDED 1"));
            assertEquals(0, gateway.stop());
        }
        Path good = Jars.found("reference-0");
        Path bad =
                Manifests.withHeader(
                        Manifests.withVersion(good, made, "0.1.1"),
                        "Bundle-Activator",
                        "not.There");
        distribution.remove(good.getFileName().toString());
        distribution.add(bad);
        for (int i = 0; i < 3; i++) {
            try (GatewayProcess gateway = new GatewayProcess(distribution.folder, data)) {
                assertEquals(75, gateway.awaitExit(), gateway.output());
            }
        }
        for (int i = 0; i < 2; i++) {
            try (GatewayProcess gateway = start()) {
                assertEquals("1 true", gateway.ask("status"));
                assertEquals("2.0 4.0 6.0 8.0", gateway.ask("infer", "twice"));
                boolean said = gateway.output().contains("it was not ready after 1500 ms");
                assertEquals(i == 0, said, gateway.output());
                assertEquals(0, gateway.stop());
            }
        }
    }

    @Test
    void anUpgradeOfTheDistributionKeepsWhatWasDoneSince() throws Exception {
        try (GatewayProcess gateway = start()) {
            gateway.ask("install", uri(Jars.bundle(made, "test.one", "1.0.0")));
            gateway.ask("configure", "test.own", "key", "mine");
            assertEquals(0, gateway.stop());
        }
        distribution.remove("test.app-1.0.0.jar");
        distribution.add(Jars.bundle(made, "test.app", "2.0.0"));
        distribution.configure("config.test.new/key=new\n");
        try (GatewayProcess gateway = start()) {
            String bundles = gateway.ask("bundles");
            assertTrue(bundles.contains("test.one@1.0.0=ACTIVE"), bundles);
            assertTrue(bundles.contains("test.app@2.0.0=ACTIVE"), bundles);
            assertFalse(bundles.contains("test.app@1.0.0"), bundles);
            assertEquals("mine", gateway.ask("config", "test.own"));
            assertEquals("new", gateway.ask("config", "test.new"));
            String back = gateway.ask("rollback", "2");
            assertTrue(back.startsWith("SUCCEEDED 2"), back);
            assertEquals(0, gateway.stop());
        }
        try (GatewayProcess gateway = start()) {
            assertEquals("2 true", gateway.ask("status"));
            assertTrue(gateway.ask("bundles").contains("test.app@1.0.0=ACTIVE"));
        }
    }

    @Test
    void aModelOfTheProfileIsServedUntilSomebodyUnloadsIt() throws Exception {
        Path models = Files.createDirectories(distribution.folder.resolve("models/twice/1"));
        try (GatewayProcess gateway = start()) {
            gateway.ask("model", models.resolve("model.onnx").toString());
            gateway.stop();
        }
        try (GatewayProcess gateway = start()) {
            assertEquals("2.0 4.0 6.0 8.0", gateway.served("twice"));
            assertTrue(gateway.ask("unload", "twice").startsWith("SUCCEEDED"));
            gateway.kill();
        }
        try (GatewayProcess gateway = start()) {
            String unavailable = gateway.ask("infer", "twice");
            assertTrue(unavailable.contains("is unavailable"), unavailable);
            assertTrue(gateway.ask("load", "twice").startsWith("SUCCEEDED"));
            assertEquals("2.0 4.0 6.0 8.0", gateway.ask("infer", "twice"));
        }
    }

    @Test
    void theProfilesRecipeIsPinnedAppliedAndKept() throws Exception {
        Path model = temp.resolve("twice.onnx");
        distribution.configure("config.ai.tenon.provisioning/recipe.scheme=int8-dynamic\n");
        try (GatewayProcess gateway = start()) {
            gateway.ask("model", model.toString());
            String deployed = gateway.ask("deploy", "twice", uri(model));
            assertTrue(deployed.contains("int8-dynamic@0.1.0 and 0 passes"), deployed);
            assertEquals("2.0 4.0 6.0 8.0", gateway.ask("infer", "twice"));
            String gone = gateway.ask("uninstall", "ai.tenon.quantizer.int8");
            assertTrue(gone.startsWith("SUCCEEDED 2"), gone);
            gateway.kill();
        }
        try (GatewayProcess gateway = start()) {
            assertEquals("2.0 4.0 6.0 8.0", gateway.served("twice"));
            String recipe = gateway.ask("recipe", "twice");
            assertTrue(recipe.startsWith("int8-dynamic@0.1.0 and 0 passes"), recipe);
            assertTrue(recipe.endsWith("kept from before"), recipe);
            String refused = gateway.ask("deploy", "other", uri(model));
            assertTrue(refused.startsWith("FAILED 0 there is no scheme 'int8-dynamic'"), refused);
            assertEquals("2 true", gateway.ask("status"));
        }
    }

    @Test
    void onlyOneGatewayPerFolder() throws Exception {
        try (GatewayProcess first = start();
                GatewayProcess second = new GatewayProcess(distribution.folder, data)) {
            assertEquals(2, second.awaitExit());
            assertTrue(second.output().contains("runs on " + data), second.output());
            assertEquals("0 true", first.ask("status"));
        }
        try (Stream<Path> left = Files.list(data)) {
            assertTrue(left.noneMatch(f -> f.getFileName().toString().startsWith(".new-")));
        }
    }
}
