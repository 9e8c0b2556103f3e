package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.evaluation.Sample;
import ai.tenon.evaluation.internal.device.Device;
import ai.tenon.graph.Tensor;
import ai.tenon.measurement.Stopwatch;
import ai.tenon.measurement.Timings;
import ai.tenon.optimizer.OptimizeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Measures models side by side on the device, always with the same inputs. */
final class Latencies {
    private static final int MOST_ROUNDS = 5000;
    private static final int MOST_IN_BATCH = 1000;

    /** A time that the clock can tell well. */
    private static final long BATCH_NANOS = 1_000_000;

    private final Stopwatch stopwatch;
    private final Device device;
    private final Sample sample;
    private final BooleanSupplier stop;

    Latencies(Stopwatch stopwatch, Device device, Sample sample, BooleanSupplier stop) {
        this.stopwatch = stopwatch;
        this.device = device;
        this.sample = sample;
        this.stop = stop;
    }

    /**
     * Measures a model before and after, candidates 0 and 1.
     *
     * @param fewest rounds
     * @param time for all of it, warming up included, unless so many rounds take longer
     */
    Timings measure(Compiled before, Compiled after, int fewest, Duration time)
            throws BackendException {
        return measure(List.of(before, after), fewest, time);
    }

    /** Measures models of which the first two have to be there, in the same rounds. */
    Timings measure(List<Compiled> models, int fewest, Duration time) throws BackendException {
        List<ExecutionContext> contexts = new ArrayList<>();
        try {
            for (Compiled model : models) {
                contexts.add(model.executable().newContext());
            }
            Tensor[] inputs =
                    models.get(0).executable().signature().inputs().stream()
                            .map(spec -> sample.inputs().get(spec.name()))
                            .toArray(Tensor[]::new);
            RunControl control = new RunControl();
            List<Stopwatch.Candidate> candidates = new ArrayList<>();
            contexts.forEach(context -> candidates.add(() -> context.run(inputs, control)));
            contexts.get(1).run(inputs, control);
            long start = System.nanoTime();
            contexts.get(1).run(inputs, control);
            long once = Math.max(1, System.nanoTime() - start);
            int batch = (int) Math.max(1, Math.min(MOST_IN_BATCH, BATCH_NANOS / once));
            return stopwatch.measure(
                    candidates,
                    new Stopwatch.Effort(
                            fewest,
                            Math.max(fewest, MOST_ROUNDS),
                            time.multipliedBy(3).dividedBy(4),
                            time.dividedBy(4),
                            batch),
                    stop);
        } catch (Stopwatch.CandidateException e) {
            if (e.getCause() instanceof BackendException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            contexts.forEach(ExecutionContext::close);
        }
    }

    /** What was measured, in the words of a result. */
    OptimizeResult.Latency of(Timings timings) {
        return new OptimizeResult.Latency(
                device.reference(),
                device.threads(),
                timings.millis(0, 50),
                timings.millis(1, 50),
                timings.ratio(0, 1, 50),
                timings.ratio(0, 1, 10),
                timings.ratio(0, 1, 90));
    }
}
