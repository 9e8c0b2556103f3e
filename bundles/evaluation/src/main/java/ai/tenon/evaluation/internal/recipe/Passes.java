package ai.tenon.evaluation.internal.recipe;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.evaluation.internal.room.Versioned;
import ai.tenon.graph.Model;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs passes. */
public final class Passes {
    private static final int MOST_ROUNDS = 8;

    private Passes() {}

    /**
     * Runs the passes of one stage, in the order given, again until none finds anything; those that
     * prune only once, since they would find something every time.
     *
     * @param settings of each pass, by its name
     * @return what each did, in the order of {@code passes}
     * @throws IllegalArgumentException if a setting's value is no good
     * @throws IllegalStateException if a pass failed; the message names it
     * @throws BackendException if the work was cancelled
     */
    public static List<PassResult> run(
            Model model,
            List<Versioned<GraphPass>> passes,
            Map<String, Map<String, String>> settings,
            CompileMonitor monitor)
            throws BackendException {
        int[] changes = new int[passes.size()];
        List<Set<String>> notes = new ArrayList<>();
        passes.forEach(pass -> notes.add(new LinkedHashSet<>()));
        boolean changed = true;
        for (int round = 0; round < MOST_ROUNDS && changed; round++) {
            changed = false;
            for (int i = 0; i < passes.size(); i++) {
                monitor.check();
                Versioned<GraphPass> pass = passes.get(i);
                PassResult result =
                        apply(model, pass, settings.getOrDefault(pass.name(), Map.of()));
                changes[i] += result.changes();
                notes.get(i).addAll(result.notes());
                changed |= result.changes() > 0 && pass.service().stage() != Stage.PRUNING;
            }
        }
        List<PassResult> results = new ArrayList<>();
        for (int i = 0; i < changes.length; i++) {
            results.add(new PassResult(changes[i], List.copyOf(notes.get(i))));
        }
        return results;
    }

    /**
     * Runs passes as a recipe lists them: those of one stage that stand together as {@link #run}
     * does.
     *
     * @return what each did, in the order of {@code passes}
     */
    public static List<PassResult> runListed(
            Model model,
            List<Versioned<GraphPass>> passes,
            Map<String, Map<String, String>> settings,
            CompileMonitor monitor)
            throws BackendException {
        List<PassResult> results = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= passes.size(); to++) {
            if (to == passes.size() || stage(passes.get(to)) != stage(passes.get(from))) {
                results.addAll(run(model, passes.subList(from, to), settings, monitor));
                from = to;
            }
        }
        return results;
    }

    private static Stage stage(Versioned<GraphPass> pass) {
        return pass.service().stage();
    }

    private static PassResult apply(
            Model model, Versioned<GraphPass> pass, Map<String, String> settings) {
        try {
            return pass.service().apply(model, settings);
        } catch (IllegalArgumentException e) {
            throw settings.isEmpty() ? failed(pass, e) : e;
        } catch (RuntimeException e) {
            throw failed(pass, e);
        }
    }

    private static IllegalStateException failed(Versioned<GraphPass> pass, RuntimeException e) {
        return new IllegalStateException("pass " + pass.reference() + " failed: " + e, e);
    }
}
