package ai.tenon.optimizer;

import ai.tenon.graph.Model;
import ai.tenon.model.Recipe;
import ai.tenon.quantize.QuantizedLayer;
import java.util.List;

/**
 * What an optimisation came to.
 *
 * @param model the result; null if nothing paid and the model should stay as it is
 * @param recipe gives the same model again, calibration statistics included; {@link Recipe#NONE} if
 *     the model stays as it is
 * @param latency measured interleaved, before against after
 * @param accuracy per metric
 * @param passes all that were considered, in their order
 * @param layers what the quantizer did; empty without one
 * @param trials all that was measured on the way, in order
 * @param sensitivity worst first; empty if it was not measured
 * @param notes a sentence per thing that the user should know
 * @param interrupted true if it was stopped before it was through
 */
public record OptimizeResult(
        Model model,
        Recipe recipe,
        Latency latency,
        List<Score> accuracy,
        List<PassReport> passes,
        List<QuantizedLayer> layers,
        List<Trial> trials,
        List<Sensitivity> sensitivity,
        List<String> notes,
        boolean interrupted) {
    public OptimizeResult {
        accuracy = List.copyOf(accuracy);
        passes = List.copyOf(passes);
        layers = List.copyOf(layers);
        trials = List.copyOf(trials);
        sensitivity = List.copyOf(sensitivity);
        notes = List.copyOf(notes);
    }

    /**
     * Medians in milliseconds, and before over after within a round: median, tenth and ninetieth
     * percentile.
     *
     * @param backend {@code name@version}
     */
    public record Latency(
            String backend,
            int threads,
            double beforeMs,
            double afterMs,
            double speedup,
            double speedupLow,
            double speedupHigh) {}

    /**
     * A metric before and after.
     *
     * @param drop see {@link ai.tenon.evaluation.Metric#drop}
     * @param data where the samples came from
     */
    public record Score(
            String metric,
            boolean higherIsBetter,
            double before,
            double after,
            double drop,
            String data,
            int samples) {}

    /**
     * What became of a pass.
     *
     * @param changes places that it rewrote
     * @param reason why it was not kept; empty if it was
     * @param maxDifference largest absolute difference of an output, in units of that output's
     *     largest magnitude; NaN if it changed nothing
     */
    public record PassReport(
            String name,
            String version,
            String stage,
            int changes,
            boolean kept,
            String reason,
            double maxDifference,
            List<String> notes) {
        public PassReport {
            notes = List.copyOf(notes);
        }
    }

    /**
     * A variant that was measured.
     *
     * @param label in words
     * @param scheme empty for none
     * @param millis median latency; NaN if it was not measured
     * @param speedupLow what the median of the original's time over its time surely is at least,
     *     see {@link ai.tenon.measurement.Timings#ratioAtLeast}; NaN likewise
     * @param bytes of the file
     * @param metric by which accuracy was judged; empty if it was not
     * @param drop of that metric; NaN likewise
     * @param verdict in words: why it was kept or left
     */
    public record Trial(
            String label,
            String scheme,
            double millis,
            double speedupLow,
            long bytes,
            String metric,
            double score,
            double drop,
            boolean chosen,
            String verdict) {}

    /**
     * What it costs to quantize one layer, or all layers of a class, and nothing else.
     *
     * @param subject id of the layer or name of the class
     * @param drop of the metric that decides
     * @param sqnrDb of the outputs against those before, in dB
     */
    public record Sensitivity(
            String subject, boolean isClass, String scheme, double drop, double sqnrDb) {}
}
