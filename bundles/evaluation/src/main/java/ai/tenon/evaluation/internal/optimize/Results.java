package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.evaluation.internal.accuracy.Scores;
import ai.tenon.measurement.Timings;
import ai.tenon.model.Recipe;
import ai.tenon.optimizer.OptimizeResult;
import ai.tenon.optimizer.OptimizeResult.Latency;
import ai.tenon.optimizer.OptimizeResult.PassReport;
import ai.tenon.optimizer.OptimizeResult.Sensitivity;
import ai.tenon.quantize.QuantizedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Puts results together. */
final class Results {
    private final Job job;

    Results(Job job) {
        this.job = job;
    }

    /**
     * A variant was made.
     *
     * @param timings original against variant
     * @param scores of the variant; null if it was stopped before they were measured
     */
    OptimizeResult made(
            Variant variant, Timings timings, Scores scores, List<Sensitivity> sensitivity)
            throws BackendException {
        if (variant.quantized() != null) {
            variant.quantized().result().notes().forEach(job::note);
            noteShare(variant.quantized());
        }
        boolean changed =
                !variant.passes().isEmpty()
                        || variant.layers().stream().anyMatch(QuantizedLayer::isQuantized);
        if (!changed) {
            job.note("Nothing could be done to this model: it stays as it is.");
        }
        return new OptimizeResult(
                changed ? variant.compiled().model() : null,
                changed ? variant.recipe(job.passSettings()) : Recipe.NONE,
                job.latencies().of(timings),
                scores == null ? List.of() : job.judge().compare(scores),
                variant.reports(),
                variant.layers(),
                job.trials().all(),
                sensitivity,
                job.notes(),
                job.progress().stopped());
    }

    private void noteShare(Quantized quantized) {
        if (!Double.isNaN(quantized.share())) {
            job.note(
                    String.format(
                            Locale.ROOT,
                            "Of the layers' multiply-adds %.1f %% are in quantized layers.",
                            100 * quantized.share()));
        }
    }

    /** What was done to a variant, in words. */
    static String label(Variant variant) {
        List<String> words = new ArrayList<>();
        if (variant.quantized() != null) {
            words.add(variant.scheme());
        }
        if (!variant.passes().isEmpty()) {
            words.add("passes");
        }
        return words.isEmpty() ? "nothing" : String.join(" + ", words);
    }

    /** The model stays as it is. */
    OptimizeResult untouched(
            List<PassReport> considered,
            Latency latency,
            List<Sensitivity> sensitivity,
            boolean interrupted) {
        return new OptimizeResult(
                null,
                Recipe.NONE,
                latency,
                List.of(),
                considered.stream().map(Results::notKept).toList(),
                List.of(),
                job.trials().all(),
                sensitivity,
                job.notes(),
                interrupted);
    }

    private static PassReport notKept(PassReport report) {
        return report.kept() ? PassWork.reverted(report, "the model stays as it came") : report;
    }

    /** Nothing was measured. */
    Latency unmeasured() {
        double none = Double.NaN;
        return new Latency(
                job.device().reference(), job.device().threads(), none, none, none, none, none);
    }
}
