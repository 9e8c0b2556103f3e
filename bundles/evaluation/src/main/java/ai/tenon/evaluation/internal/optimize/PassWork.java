package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.evaluation.internal.accuracy.Equivalence;
import ai.tenon.evaluation.internal.device.Device;
import ai.tenon.evaluation.internal.recipe.Passes;
import ai.tenon.evaluation.internal.room.Versioned;
import ai.tenon.graph.Model;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import ai.tenon.optimizer.OptimizeResult.PassReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs the passes of a stage and takes back those that change what the model answers. */
final class PassWork {
    private static final String NOTHING = "found nothing to do";

    private final List<Versioned<GraphPass>> passes;
    private final Map<String, Map<String, String>> settings;
    private final Device device;
    private final Equivalence equivalence;
    private final CompileMonitor monitor;

    /**
     * @param passes that may be used, in their order
     * @param settings by pass
     */
    PassWork(
            List<Versioned<GraphPass>> passes,
            Map<String, Map<String, String>> settings,
            Device device,
            Equivalence equivalence,
            CompileMonitor monitor) {
        this.passes = passes;
        this.settings = settings;
        this.device = device;
        this.equivalence = equivalence;
        this.monitor = monitor;
    }

    /** A model after passes, what they did, and how far its answers moved. */
    private record Attempt(Model model, List<PassResult> results, double difference) {
        boolean changed() {
            return results.stream().anyMatch(result -> result.changes() > 0);
        }
    }

    /** The variant after a stage: the same model if nothing was found, or nothing was right. */
    Variant apply(Variant before, Stage stage) throws BackendException {
        List<Versioned<GraphPass>> ofStage =
                passes.stream().filter(pass -> pass.service().stage() == stage).toList();
        if (ofStage.isEmpty()) {
            return before;
        }
        try {
            Attempt all = attempt(before, ofStage);
            if (!all.changed() || isRight(ofStage, all)) {
                return finished(before, ofStage, all, List.of());
            }
        } catch (IllegalStateException e) {
            // one of them failed: found below
        } catch (BackendException e) {
            if (e.errorClass() == BackendException.ErrorClass.CANCELLED) {
                throw e;
            }
        }
        return oneByOne(before, ofStage);
    }

    /** Adds pass after pass and leaves out those after which the model is no longer right. */
    private Variant oneByOne(Variant before, List<Versioned<GraphPass>> ofStage)
            throws BackendException {
        List<Versioned<GraphPass>> right = new ArrayList<>();
        List<PassReport> wrong = new ArrayList<>();
        Attempt last = new Attempt(before.compiled().model(), List.of(), 0);
        for (Versioned<GraphPass> pass : ofStage) {
            right.add(pass);
            String reason;
            double difference = Double.NaN;
            int changes = 0;
            try {
                Attempt more = attempt(before, right);
                if (!more.changed() || isRight(right, more)) {
                    last = more;
                    continue;
                }
                difference = more.difference();
                changes = more.results().get(right.size() - 1).changes();
                reason =
                        String.format(
                                Locale.ROOT,
                                "outputs moved by %.2g, more than the tolerance of %.2g",
                                difference,
                                tolerance(right, more));
            } catch (IllegalStateException e) {
                reason = e.getMessage();
            } catch (BackendException e) {
                if (e.errorClass() == BackendException.ErrorClass.CANCELLED) {
                    throw e;
                }
                reason = "the model does not run any more: " + e.getMessage();
            }
            right.remove(pass);
            wrong.add(report(pass, changes, reason, difference, List.of()));
        }
        return finished(before, right, last, wrong);
    }

    private Attempt attempt(Variant before, List<Versioned<GraphPass>> chosen)
            throws BackendException {
        Model model = before.compiled().model().copy();
        List<PassResult> results = Passes.run(model, chosen, settings, monitor);
        Attempt attempt = new Attempt(model, results, Double.NaN);
        if (!attempt.changed() || chosen.get(0).service().stage() == Stage.PRUNING) {
            return attempt;
        }
        double difference =
                Equivalence.difference(
                        before.compiled().answers(equivalence), equivalence.answers(model));
        return new Attempt(model, results, difference);
    }

    /**
     * The model of a variant after these passes, which a recipe would list so; not checked.
     *
     * @throws IllegalStateException if one of them failed
     */
    Compiled listed(Variant before, List<Versioned<GraphPass>> listed) throws BackendException {
        Model model = before.compiled().model().copy();
        Passes.runListed(model, listed, settings, monitor);
        return Compiled.rewritten(model, device);
    }

    /** True if these passes, which were applied to {@code before}, moved its answers too far. */
    boolean isWrong(Compiled before, Compiled after, List<Versioned<GraphPass>> listed)
            throws BackendException {
        double tolerance = 0;
        for (Versioned<GraphPass> pass : listed) {
            tolerance += pass.service().tolerance();
        }
        double difference =
                Equivalence.difference(before.answers(equivalence), after.answers(equivalence));
        return !(difference <= tolerance + equivalence.noise());
    }

    private boolean isRight(List<Versioned<GraphPass>> chosen, Attempt attempt) {
        // pruning is meant to change the answers
        return Double.isNaN(attempt.difference())
                || attempt.difference() <= tolerance(chosen, attempt);
    }

    private double tolerance(List<Versioned<GraphPass>> chosen, Attempt attempt) {
        double sum = equivalence.noise();
        for (int i = 0; i < chosen.size(); i++) {
            if (attempt.results().get(i).changes() > 0) {
                sum += chosen.get(i).service().tolerance();
            }
        }
        return sum;
    }

    private Variant finished(
            Variant before,
            List<Versioned<GraphPass>> chosen,
            Attempt attempt,
            List<PassReport> wrong) {
        List<Versioned<GraphPass>> kept = new ArrayList<>();
        List<PassReport> reports = new ArrayList<>();
        for (int i = 0; i < attempt.results().size(); i++) {
            PassResult result = attempt.results().get(i);
            boolean changed = result.changes() > 0;
            if (changed) {
                kept.add(chosen.get(i));
            }
            reports.add(
                    report(
                            chosen.get(i),
                            result.changes(),
                            changed ? "" : NOTHING,
                            changed ? attempt.difference() : Double.NaN,
                            result.notes()));
        }
        reports.addAll(wrong);
        return kept.isEmpty()
                ? before.with(reports)
                : before.with(Compiled.rewritten(attempt.model(), device), kept, reports);
    }

    private static PassReport report(
            Versioned<GraphPass> pass,
            int changes,
            String reason,
            double difference,
            List<String> notes) {
        return new PassReport(
                pass.name(),
                pass.version().toString(),
                pass.service().stage().name().toLowerCase(Locale.ROOT),
                changes,
                reason.isEmpty(),
                reason,
                difference,
                notes);
    }

    /** The variant before a stage, with the reports of those who saw it after. */
    static Variant reverted(Variant before, Variant after, String reason) {
        List<PassReport> reports = new ArrayList<>();
        for (PassReport report :
                after.reports().subList(before.reports().size(), after.reports().size())) {
            reports.add(report.kept() ? reverted(report, reason) : report);
        }
        return before.with(reports);
    }

    /** The report of a pass that was taken back after all. */
    static PassReport reverted(PassReport report, String reason) {
        return new PassReport(
                report.name(),
                report.version(),
                report.stage(),
                report.changes(),
                false,
                reason,
                report.maxDifference(),
                report.notes());
    }
}
