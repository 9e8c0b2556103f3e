package ai.tenon.cli.internal.demo;

import ai.tenon.cli.internal.demo.DemoReport.Requests;
import ai.tenon.cli.internal.demo.DemoReport.StepResult;
import ai.tenon.cli.internal.gateway.Distributions;
import ai.tenon.cli.internal.terminal.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The whole journey of a gateway, each step done and checked while requests keep coming. */
public final class Demo implements AutoCloseable {
    private final Scene scene;
    private final List<Step> steps;
    private boolean keep;

    /**
     * @param broker of MQTT, through which swaps are asked for; null for HTTP
     */
    public Demo(Distributions distributions, String broker, Progress progress) throws IOException {
        this.scene =
                new Scene(distributions, Optional.ofNullable(broker).map(Broker::new), progress);
        this.steps = steps(broker != null);
    }

    private static List<Step> steps(boolean throughBroker) {
        List<Step> steps = new ArrayList<>();
        steps.add(new StartStep());
        steps.add(new DeployStep());
        steps.add(new SearchStep());
        if (throughBroker) {
            steps.add(new BrokerStep());
        }
        steps.add(new SwapStep("reference"));
        steps.add(new SwapStep("djl-onnxruntime"));
        steps.add(new UpdateStep());
        steps.add(new RollbackStep());
        steps.add(new UnloadStep());
        steps.add(new LoadStep());
        steps.add(new KillStep());
        return steps;
    }

    /** Runs all steps, up to the first that does not hold; the gateway is left as it is then. */
    public DemoReport run() throws InterruptedException {
        List<StepResult> results = new ArrayList<>();
        String problem = "";
        for (int i = 0; i < steps.size() && problem.isEmpty(); i++) {
            Step step = steps.get(i);
            scene.stage(step.name(), (double) i / steps.size());
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
        boolean held = problem.isEmpty();
        keep = !held;
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

    /** Stops the gateway; what it has left is removed, unless a step did not hold. */
    @Override
    public void close() {
        scene.close();
        if (!keep) {
            scene.clean();
        }
    }
}
