package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.evaluation.internal.accuracy.Scores;
import ai.tenon.measurement.Timings;
import ai.tenon.optimizer.Goal;
import ai.tenon.optimizer.Goal.Aim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Measures variants against the model that came and knows which is the best. Cheap things are
 * measured first: what is out by its size or its time need not be judged.
 */
final class Contest {
    /** Differences of the drop, in percent, that do not matter. */
    private static final double EQUAL_DROP = 0.01;

    private static final int FEWEST_ROUNDS = 7;
    private static final Duration GLANCE = Duration.ofMillis(600);
    private static final int FEWEST_TO_CONFIRM = 15;
    private static final Duration CONFIRMING = Duration.ofMillis(2000);
    private static final int MOST_TO_CONFIRM = 3;
    private static final int CONFIRMATIONS = 2;

    private final Job job;
    private final Steps steps;
    private final Goal goal;
    private final double mostDrop;
    private final List<Entry> admitted = new ArrayList<>();
    private Entry original;

    /**
     * A variant and what was measured.
     *
     * @param scores null if it was out before
     */
    record Entry(
            String label,
            Variant variant,
            Timings timings,
            long bytes,
            Scores scores,
            double drop) {
        double millis() {
            return timings.millis(1, 50);
        }

        /** The original's time over this one's. */
        double speedup() {
            return timings.ratio(0, 1, 50);
        }

        /** What that surely is at least. */
        double speedupLow() {
            return timings.ratioAtLeast(0, 1);
        }
    }

    Contest(Job job, Steps steps, Goal goal) {
        this.job = job;
        this.steps = steps;
        this.goal = goal;
        this.mostDrop = Double.isInfinite(goal.dropPercent()) ? job.maxDrop() : goal.dropPercent();
    }

    /** The most that the deciding metric may drop, in percent. */
    double mostDrop() {
        return mostDrop;
    }

    /** Measures the model that came; it takes part if it keeps the limits. */
    void enterOriginal() throws BackendException {
        Variant variant = steps.start();
        Timings timings = measure(variant, FEWEST_ROUNDS, GLANCE);
        Scores scores = job.judge().before();
        long bytes = job.device().bytes(variant.compiled().model());
        original = new Entry("as it came", variant, timings, bytes, scores, 0);
        job.trials().original(timings, scores);
    }

    /** The model that came. */
    Entry original() {
        return original;
    }

    /** True if the model that came keeps all limits. */
    boolean originalKeepsLimits() {
        return original.millis() <= goal.latencyMs() && original.bytes() <= goal.bytes();
    }

    /** The best that keeps all limits; null if none does, the model that came not counted. */
    Entry best() {
        return admitted.isEmpty() ? null : admitted.get(0);
    }

    /**
     * Measures a variant.
     *
     * @return what was measured; null if it does not run
     * @throws BackendException if the work was cancelled
     */
    Entry enter(String label, Variant variant) throws BackendException {
        try {
            Entry entry = measured(label, variant);
            String out = reasonAgainst(entry);
            if (out.isEmpty()) {
                entry = judged(entry);
                out = reasonAgainst(entry);
            }
            job.trials()
                    .measured(
                            label,
                            variant,
                            entry.timings(),
                            entry.scores(),
                            out.isEmpty() ? "keeps all limits" : out);
            if (out.isEmpty()) {
                admit(entry);
            }
            return entry;
        } catch (BackendException e) {
            if (e.errorClass() == BackendException.ErrorClass.CANCELLED) {
                throw e;
            }
            job.trials().failed(label, variant.scheme(), e.getMessage());
            return null;
        } finally {
            steps.release(variant);
        }
    }

    private Entry measured(String label, Variant variant) throws BackendException {
        Timings timings = measure(variant, FEWEST_ROUNDS, GLANCE);
        job.progress().check();
        long bytes = job.device().bytes(variant.compiled().model());
        return new Entry(label, variant, timings, bytes, null, Double.NaN);
    }

    private Timings measure(Variant variant, int fewest, Duration time) throws BackendException {
        return job.latencies().measure(job.original(), variant.compiled(), fewest, time);
    }

    private Entry judged(Entry entry) throws BackendException {
        Scores scores = job.judge().judge(entry.variant().compiled().executable());
        return new Entry(
                entry.label(),
                entry.variant(),
                entry.timings(),
                entry.bytes(),
                scores,
                job.judge().drop(scores));
    }

    /** Why a variant is out, in words; empty if it is not, as far as is known. */
    private String reasonAgainst(Entry entry) {
        if (goal.aim() == Aim.FASTEST && !(entry.speedupLow() > 1)) {
            return said(
                    "not faster: %.2f×, with 95 %% confidence at least %.2f×",
                    entry.speedup(), entry.speedupLow());
        }
        if (!(entry.speedup() >= 1)) {
            return said("slower: %.2f×", entry.speedup());
        }
        if (entry.bytes() > goal.bytes()) {
            return said("larger than the limit of %.2f MB", goal.bytes() / 1e6);
        }
        if (goal.aim() == Aim.SMALLEST && entry.bytes() >= original.bytes()) {
            return "not smaller";
        }
        if (entry.millis() > goal.latencyMs()) {
            return said("slower than the limit of %.3f ms", goal.latencyMs());
        }
        if (entry.scores() != null && !(entry.drop() <= mostDrop)) {
            return said("drop of %.2f %%, ", entry.drop()) + said("limit %.2f %%", mostDrop);
        }
        return "";
    }

    private static String said(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private void admit(Entry entry) {
        admitted.add(entry);
        admitted.sort(order());
        if (admitted.size() > MOST_TO_CONFIRM) {
            admitted.remove(MOST_TO_CONFIRM);
        }
    }

    private Comparator<Entry> order() {
        Comparator<Entry> faster = Comparator.comparingDouble(entry -> -entry.speedup());
        return switch (goal.aim()) {
            case FASTEST -> faster;
            case SMALLEST -> Comparator.comparingLong(Entry::bytes).thenComparing(faster);
            case MOST_ACCURATE ->
                    Comparator.comparingLong((Entry e) -> Math.round(e.drop() / EQUAL_DROP))
                            .thenComparing(faster);
        };
    }

    /** The best once it stood being measured twice more, and longer; null if none does. */
    Entry confirmed() throws BackendException {
        for (Entry entry : admitted) {
            Entry again = entry;
            String out = "";
            for (int i = 0; i < CONFIRMATIONS && out.isEmpty(); i++) {
                again = again(entry);
                out = reasonAgainst(again);
                if (out.isEmpty() && !beatsOriginal(again)) {
                    out = "no better than the model as it came";
                }
            }
            if (out.isEmpty()) {
                return again;
            }
            job.note("'" + entry.label() + "' did not stand being measured again: " + out + ".");
        }
        return null;
    }

    /** Measured anew, compiled anew: where it comes to lie in memory is luck, too. */
    private Entry again(Entry entry) throws BackendException {
        try {
            return new Entry(
                    entry.label(),
                    entry.variant(),
                    measure(entry.variant(), FEWEST_TO_CONFIRM, CONFIRMING),
                    entry.bytes(),
                    entry.scores(),
                    entry.drop());
        } finally {
            steps.release(entry.variant());
        }
    }

    /** The model that came is given up only for something that is better for sure. */
    boolean beatsOriginal(Entry entry) {
        return !originalKeepsLimits()
                || goal.aim() != Aim.MOST_ACCURATE
                || entry.drop() < -EQUAL_DROP
                || entry.drop() <= EQUAL_DROP && entry.speedupLow() > 1;
    }
}
