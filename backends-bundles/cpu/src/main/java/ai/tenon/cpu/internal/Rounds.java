package ai.tenon.cpu.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.optimize.GraphPass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Applies passes to a model until none of them finds anything. A pass that found nothing is not
 * asked again before another one has changed the model.
 */
final class Rounds {
    /** Rounds after which a stage that still finds something is left. */
    private static final int MOST = 4;

    private final Model model;
    private final CompileMonitor monitor;
    private final Map<GraphPass, Integer> foundNothing = new HashMap<>();
    private int state;

    Rounds(Model model, CompileMonitor monitor) {
        this.model = model;
        this.monitor = monitor;
    }

    void run(List<GraphPass> stage) throws BackendException {
        int before = -1;
        for (int round = 0; state != before && round < MOST; round++) {
            before = state;
            for (GraphPass pass : stage) {
                monitor.check();
                apply(pass);
            }
        }
    }

    private void apply(GraphPass pass) {
        if (foundNothing.getOrDefault(pass, -1) == state) {
            return;
        }
        if (pass.apply(model, Map.of()).changes() > 0) {
            state++;
        } else {
            foundNothing.put(pass, state);
        }
    }
}
