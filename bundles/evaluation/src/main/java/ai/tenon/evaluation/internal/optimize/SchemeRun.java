package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.evaluation.internal.accuracy.Scores;
import ai.tenon.measurement.Timings;
import ai.tenon.optimizer.OptimizeResult;
import ai.tenon.quantize.QuantizationScheme;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Does what was asked: passes, and a scheme if one is named. */
final class SchemeRun {
    private static final int FEWEST_ROUNDS = 3;
    private static final Duration MEASURING = Duration.ofMillis(800);

    private final Job job;
    private final Steps steps;

    SchemeRun(Job job) {
        this.job = job;
        this.steps = new Steps(job);
    }

    OptimizeResult run() throws BackendException {
        Optional<QuantizationScheme> scheme = job.request().scheme();
        scheme.ifPresent(steps::quantizer);
        Variant variant = steps.start();
        try {
            job.progress().begin("passes", 0.05, 0.3);
            variant = steps.early(variant);
            if (scheme.isPresent()) {
                job.progress().begin(scheme.get().name(), 0.3, 0.6);
                variant = steps.quantize(variant, scheme.get());
            }
            job.progress().begin("fusing", 0.6, 0.7);
            variant = steps.late(variant);
        } catch (BackendException e) {
            if (e.errorClass() != BackendException.ErrorClass.CANCELLED) {
                throw e;
            }
            job.note("Stopped before it was through: nothing was made.");
            Results results = new Results(job);
            return results.untouched(variant.reports(), results.unmeasured(), List.of(), true);
        }
        return finish(variant, List.of());
    }

    /** Measures what was made. */
    OptimizeResult finish(Variant variant, List<OptimizeResult.Sensitivity> sensitivity)
            throws BackendException {
        try {
            job.progress().begin("measuring latency", 0.7, 0.8);
            Timings timings =
                    job.latencies()
                            .measure(job.original(), variant.compiled(), FEWEST_ROUNDS, MEASURING);
            job.progress().begin("measuring accuracy", 0.8, 1);
            Scores scores = null;
            try {
                scores = job.judge().judge(variant.compiled().executable());
            } catch (BackendException e) {
                if (e.errorClass() != BackendException.ErrorClass.CANCELLED) {
                    throw e;
                }
                job.note("Stopped before accuracy was measured.");
            }
            if (job.request().scheme().isEmpty() && timings.ratio(0, 1, 90) < 1) {
                return takenBack(variant, timings, scores);
            }
            String label = Results.label(variant);
            job.trials().original(timings, scores == null ? null : job.judge().before());
            job.trials().measured(label, variant, timings, scores, "as asked");
            job.trials().choose(label);
            return new Results(job).made(variant, timings, scores, sensitivity);
        } finally {
            steps.release(variant);
        }
    }

    /** Passes that nobody asked for by a scheme have to pay. */
    private OptimizeResult takenBack(Variant variant, Timings timings, Scores scores)
            throws BackendException {
        String verdict =
                String.format(Locale.ROOT, "slower: %.3f× as fast", timings.ratio(0, 1, 50));
        job.note("With all passes the model is " + verdict + ": it stays as it is.");
        job.trials().original(timings, scores == null ? null : job.judge().before());
        job.trials().measured(Results.label(variant), variant, timings, scores, verdict);
        job.trials().choose("as it came");
        return new Results(job)
                .untouched(
                        variant.reports(),
                        new Results(job).unmeasured(),
                        List.of(),
                        job.progress().stopped());
    }
}
