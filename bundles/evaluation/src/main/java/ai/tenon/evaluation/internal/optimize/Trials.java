package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.evaluation.internal.accuracy.Judge;
import ai.tenon.evaluation.internal.accuracy.Scores;
import ai.tenon.measurement.Timings;
import ai.tenon.optimizer.OptimizeResult.Trial;
import java.util.ArrayList;
import java.util.List;

/** Notes all that was measured on the way. */
final class Trials {
    private final Job job;
    private final List<Trial> trials = new ArrayList<>();

    Trials(Job job) {
        this.job = job;
    }

    List<Trial> all() {
        return trials;
    }

    /** A variant whose accuracy alone was measured. */
    void judged(String label, Variant variant, Scores scores, String verdict)
            throws BackendException {
        trials.add(of(label, variant, null, 1, scores, verdict));
    }

    /** The model that came. */
    void original(Timings timings, Scores scores) throws BackendException {
        trials.add(0, of("as it came", Variant.of(job.original()), timings, 0, scores, ""));
    }

    /**
     * A variant that was measured against the model that came.
     *
     * @param timings null if they were not measured
     * @param scores null likewise
     */
    void measured(String label, Variant variant, Timings timings, Scores scores, String verdict)
            throws BackendException {
        trials.add(of(label, variant, timings, 1, scores, verdict));
    }

    /**
     * A variant that was measured with others at once.
     *
     * @param timings with the model that came as candidate 0
     * @param candidate which one the variant was
     */
    void compared(String label, Variant variant, Timings timings, int candidate, String verdict)
            throws BackendException {
        trials.add(of(label, variant, timings, candidate, null, verdict));
    }

    /** A variant that could not be made, or does not run. */
    void failed(String label, String scheme, String verdict) {
        double none = Double.NaN;
        trials.add(new Trial(label, scheme, none, none, 0, "", none, none, false, verdict));
    }

    /** Marks the last trial of that label as the one that was chosen. */
    void choose(String label) {
        for (int i = trials.size() - 1; i >= 0; i--) {
            Trial trial = trials.get(i);
            if (trial.label().equals(label)) {
                trials.set(
                        i,
                        new Trial(
                                trial.label(),
                                trial.scheme(),
                                trial.millis(),
                                trial.speedupLow(),
                                trial.bytes(),
                                trial.metric(),
                                trial.score(),
                                trial.drop(),
                                true,
                                trial.verdict()));
                return;
            }
        }
    }

    private Trial of(
            String label,
            Variant variant,
            Timings timings,
            int candidate,
            Scores scores,
            String verdict)
            throws BackendException {
        Judge judge = scores == null ? null : job.judge();
        String metric = judge == null ? "" : judge.deciding().name();
        return new Trial(
                label,
                variant.scheme(),
                timings == null ? Double.NaN : timings.millis(candidate, 50),
                timings == null ? Double.NaN : timings.ratioAtLeast(0, candidate),
                job.device().bytes(variant.compiled().model()),
                metric,
                judge == null ? Double.NaN : scores.of(metric),
                judge == null ? Double.NaN : judge.drop(scores),
                false,
                verdict);
    }
}
