package ai.tenon.cli.internal.demo;

import ai.tenon.cli.internal.demo.DemoReport.Requests;
import ai.tenon.cli.internal.demo.DemoReport.StepResult;
import ai.tenon.cli.internal.gateway.Distributions;
import ai.tenon.cli.internal.terminal.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The whole journey of a gateway, each step done and checked while requests keep coming. */
public final class Demo implements AutoCloseable {
    private static final List<Step> STEPS =
            List.of(
                    new StartStep(),
                    new DeployStep(),
                    new SearchStep(),
                    new SwapStep("reference"),
                    new SwapStep("djl-onnxruntime"),
                    new UpdateStep(),
                    new RollbackStep(),
                    new UnloadStep(),
                    new LoadStep(),
                    new KillStep());

    private final Scene scene;
    private boolean held;

    public Demo(Distributions distributions, Progress progress) throws IOException {
        this.scene = new Scene(distributions, progress);
    }

    /** Runs all steps, up to the first that does not hold; the gateway is left as it is then. */
    public DemoReport run() throws InterruptedException {
        List<StepResult> results = new ArrayList<>();
        String problem = "";
        for (int i = 0; i < STEPS.size() && problem.isEmpty(); i++) {
            Step step = STEPS.get(i);
            scene.stage(step.name(), (double) i / STEPS.size());
            Requests before = scene.load.counts();
            long start = System.nanoTime();
            problem = attempt(step);
            long millis = (System.nanoTime() - start) / 1_000_000;
            Requests after = scene.load.counts();
            long failed = after.failed() - before.failed();
            boolean ok = problem.isEmpty() && failed == 0 && after.changed() == before.changed();
            results.add(
                    new StepResult(
                            step.name(),
                            ok,
                            millis,
                            after.served() - before.served(),
                            failed,
                            scene.load.backend()));
        }
        scene.load.close();
        Requests requests = scene.load.counts();
        if (problem.isEmpty() && requests.failed() + requests.changed() > 0) {
            problem = scene.load.problem();
        }
        held = problem.isEmpty();
        return new DemoReport(
                held,
                results,
                requests,
                held ? scene.gateway.base() : "",
                held ? "" : problem + "; the gateway's log is " + scene.log(),
                scene.question,
                scene.passage);
    }

    /** Does a step; returns what is wrong, or nothing. */
    private String attempt(Step step) throws InterruptedException {
        try {
            step.run(scene);
            return "";
        } catch (IOException | RuntimeException e) {
            return "step '" + step.name() + "' did not hold: " + e.getMessage();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return "step '" + step.name() + "' did not hold: " + e;
        }
    }

    /** Stops the gateway; what it has left is removed if every step held. */
    @Override
    public void close() {
        scene.close();
        if (held) {
            scene.clean();
        }
    }
}
