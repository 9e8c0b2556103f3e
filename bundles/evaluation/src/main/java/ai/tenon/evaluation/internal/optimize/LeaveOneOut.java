package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.evaluation.internal.room.Versioned;
import ai.tenon.measurement.Timings;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimizer.OptimizeResult.PassReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds the passes without which a model is faster: each is left out by itself, and all that this
 * makes is measured in the same rounds.
 */
final class LeaveOneOut {
    private static final int FEWEST_ROUNDS = 7;

    /** Of many passes one looks slower by chance: it goes only if that is more than nothing. */
    private static final double WORTH_IT = 1.005;

    /** Two more candidates take part: the model that came, and all passes together. */
    private static final int OTHERS = 2;

    private static final Duration EACH = Duration.ofMillis(200);

    /** Models that are compiled at the same time hold their weights at the same time. */
    private static final long MOST_BYTES = 512_000_000;

    private static final int MOST_AT_ONCE = 24;

    private final Job job;
    private final Steps steps;

    LeaveOneOut(Job job, Steps steps) {
        this.job = job;
        this.steps = steps;
    }

    /**
     * Leaves out what makes a variant slower.
     *
     * @param label of {@code after}, for the trials
     * @param before the variant to which the passes were applied
     * @param after with all of them
     * @param millis that a run takes, as far as is known
     * @param time the most that measuring may take; if that does not suffice all stay
     * @return {@code after} if all stay
     */
    Variant refine(String label, Variant before, Variant after, double millis, Duration time)
            throws BackendException {
        List<Versioned<GraphPass>> listed =
                after.passes().subList(before.passes().size(), after.passes().size());
        List<Versioned<GraphPass>> each = listed.stream().distinct().toList();
        if (each.isEmpty()) {
            return after;
        }
        int most = mostAtOnce(after);
        int parts = (each.size() + most - 1) / most;
        int candidates = each.size() + parts * OTHERS;
        if (FEWEST_ROUNDS * candidates * millis > time.toMillis()) {
            job.note(
                    "Passes were measured together, not one by one, where the model is too slow for"
                            + " that in the time that is left.");
            return after;
        }
        Duration wanted = EACH.multipliedBy(candidates);
        Duration part = (wanted.compareTo(time) < 0 ? wanted : time).dividedBy(parts);
        Map<String, String> slow = new LinkedHashMap<>();
        for (int from = 0; from < each.size(); from += most) {
            List<Versioned<GraphPass>> some =
                    each.subList(from, Math.min(each.size(), from + most));
            slow.putAll(slow(label, before, after, some, part));
        }
        return slow.isEmpty() ? after : without(slow, before, after);
    }

    private int mostAtOnce(Variant variant) throws BackendException {
        long bytes = Math.max(1, job.device().bytes(variant.compiled().model()));
        return (int) Math.max(1, Math.min(MOST_AT_ONCE, MOST_BYTES / bytes - OTHERS));
    }

    /** Passes without which the model is faster, and why they go, in words. */
    private Map<String, String> slow(
            String label,
            Variant before,
            Variant after,
            List<Versioned<GraphPass>> each,
            Duration time)
            throws BackendException {
        List<Versioned<GraphPass>> left = new ArrayList<>();
        List<Compiled> models = new ArrayList<>(List.of(job.original(), after.compiled()));
        try {
            for (Versioned<GraphPass> pass : each) {
                job.progress().check();
                Compiled without = compiledWithout(pass, before, after);
                if (without != null) {
                    left.add(pass);
                    models.add(without);
                }
            }
            Timings timings = job.latencies().measure(models, FEWEST_ROUNDS, time);
            job.progress().check();
            Map<String, String> slow = new LinkedHashMap<>();
            for (int i = 0; i < left.size(); i++) {
                int candidate = i + OTHERS;
                Versioned<GraphPass> pass = left.get(i);
                double slower = timings.ratio(1, candidate, 50);
                boolean goes = timings.ratioAtLeast(1, candidate) > WORTH_IT;
                if (goes) {
                    slow.put(
                            pass.reference(),
                            said("slower: without it %.3f× as fast on ", slower)
                                    + job.device().reference());
                }
                job.trials()
                        .compared(
                                label + " without " + pass.name(),
                                after.instead(models.get(candidate), List.of(), List.of()),
                                timings,
                                candidate,
                                said("%.3f× as fast as with it: ", slower)
                                        + (goes ? "left out" : "stays"));
            }
            return slow;
        } finally {
            for (Compiled model : models.subList(OTHERS, models.size())) {
                if (model != before.compiled()) {
                    model.close();
                }
            }
        }
    }

    /** Null if the other passes make nothing that runs without this one. */
    private Compiled compiledWithout(Versioned<GraphPass> pass, Variant before, Variant after)
            throws BackendException {
        List<Versioned<GraphPass>> others = others(List.of(pass.reference()), before, after);
        try {
            Compiled model =
                    others.isEmpty() ? before.compiled() : job.passWork().listed(before, others);
            model.executable();
            return model;
        } catch (IllegalStateException e) {
            return null;
        } catch (BackendException e) {
            if (e.errorClass() == BackendException.ErrorClass.CANCELLED) {
                throw e;
            }
            return null;
        }
    }

    private static List<Versioned<GraphPass>> others(
            Iterable<String> without, Variant before, Variant after) {
        List<Versioned<GraphPass>> others =
                new ArrayList<>(
                        after.passes().subList(before.passes().size(), after.passes().size()));
        without.forEach(one -> others.removeIf(pass -> pass.reference().equals(one)));
        return others;
    }

    /** All that are slow left out, provided that what is left is right, too. */
    private Variant without(Map<String, String> slow, Variant before, Variant after)
            throws BackendException {
        List<Versioned<GraphPass>> kept = others(slow.keySet(), before, after);
        Compiled model = before.compiled();
        if (!kept.isEmpty()) {
            try {
                model = job.passWork().listed(before, kept);
                if (job.passWork().isWrong(before.compiled(), model, kept)) {
                    return after;
                }
            } catch (IllegalStateException e) {
                return after;
            }
        }
        steps.release(after);
        List<PassReport> reports = new ArrayList<>();
        for (int i = 0; i < after.reports().size(); i++) {
            PassReport report = after.reports().get(i);
            String reason = slow.get(report.name() + "@" + report.version());
            boolean goes = reason != null && report.kept() && i >= before.reports().size();
            reports.add(goes ? PassWork.reverted(report, reason) : report);
        }
        List<Versioned<GraphPass>> all = new ArrayList<>(before.passes());
        all.addAll(kept);
        return after.instead(model, all, reports);
    }

    private static String said(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
