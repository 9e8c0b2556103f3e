package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.Model;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.List;
import java.util.Map;

/** A pass of this bundle: it has no settings and leaves results as they are, bit by bit. */
abstract class CleanupPass implements GraphPass {
    @Override
    public final Stage stage() {
        return Stage.CLEANUP;
    }

    @Override
    public double tolerance() {
        return 0;
    }

    @Override
    public final PassResult apply(Model model, Map<String, String> settings) {
        int changes = apply(model);
        return new PassResult(changes, changes == 0 ? List.of() : List.of(what() + ": " + changes));
    }

    /** What the changes are, as in {@code unused nodes removed}. */
    abstract String what();

    /** Rewrites the model; the number of changes. */
    abstract int apply(Model model);
}
