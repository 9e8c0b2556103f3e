package ai.tenon.provisioning.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a gateway (SIGKILL) at each step of a change and at random moments, again and again: it
 * always comes back in the old generation or the new one, serving. A few rounds in every build, as
 * many as the system property {@code tenon.kill.loops} says by hand.
 */
class KillIT {
    private static final int SIGKILL = 128 + 9;
    private static final int MAX_DELAY_MILLIS = 200;
    private static final List<String> STEPS =
            List.of(
                    "commit",
                    "switch",
                    "prepare",
                    "retire",
                    "start",
                    "write",
                    "install",
                    "fetch",
                    "plan",
                    "verify",
                    "resolve",
                    "configure");
    private static final Set<String> AFTER_COMMIT = Set.of("switch", "retire");

    @TempDir Path temp;

    private GatewayProcess start(Path distribution) throws IOException, InterruptedException {
        GatewayProcess gateway = new GatewayProcess(distribution, temp.resolve("data"));
        gateway.awaitReady();
        return gateway;
    }

    @Test
    void everyKillEndsInTheOldGenerationOrTheNew() throws Exception {
        int loops = Integer.getInteger("tenon.kill.loops", 6);
        Random random = new Random(loops);
        Path distribution = new TestDistribution(temp.resolve("profile")).folder;
        TreeMap<String, Integer> ended = new TreeMap<>();
        GatewayProcess gateway = start(distribution);
        try {
            Path model = temp.resolve("twice.onnx");
            gateway.ask("model", model.toString());
            gateway.ask("deploy", "twice", model.toUri().toString());
            gateway.ask("install", bundle(0).toUri().toString());
            int installed = 0;
            for (int i = 1; i <= loops; i++) {
                long before = generation(gateway);
                String step = i % 3 == 0 ? "" : STEPS.get((i - 1 - i / 3) % STEPS.size());
                String change = "update " + bundle(i).toUri();
                if (step.isEmpty()) {
                    gateway.tell(change);
                    Thread.sleep(random.nextInt(MAX_DELAY_MILLIS));
                    gateway.kill();
                } else {
                    gateway.ask("killat", step);
                    gateway.tell(change);
                    assertEquals(SIGKILL, gateway.awaitExit(), gateway.output());
                }
                gateway.close();
                gateway = start(distribution);
                boolean isNew = generation(gateway) != before;
                installed = isNew ? i : installed;
                if (!step.isEmpty()) {
                    assertEquals(AFTER_COMMIT.contains(step), isNew, "killed before " + step);
                }
                String bundles = gateway.ask("bundles");
                assertTrue(bundles.contains("test.one@1.0." + installed + "=ACTIVE"), bundles);
                assertEquals(2, bundles.split("test\\.one@", -1).length, bundles);
                assertEquals("2.0 4.0 6.0 8.0", gateway.ask("infer", "twice"));
                String at = step.isEmpty() ? "at a random moment" : "before " + step;
                ended.merge(at + ": " + (isNew ? "new" : "old"), 1, Integer::sum);
            }
        } finally {
            gateway.close();
        }
        System.out.println(loops + " kills: " + ended);
    }

    private Path bundle(int number) throws IOException {
        Path folder = Files.createDirectories(temp.resolve("made"));
        return Jars.bundle(folder, "test.one", "1.0." + number);
    }

    private static long generation(GatewayProcess gateway)
            throws IOException, InterruptedException {
        return Long.parseLong(gateway.ask("status").split(" ")[0]);
    }
}
