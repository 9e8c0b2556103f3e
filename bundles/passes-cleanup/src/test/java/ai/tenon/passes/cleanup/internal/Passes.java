package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.Model;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.optimize.GraphPass;
import ai.tenon.reference.internal.ReferenceBackend;
import java.util.List;
import java.util.Map;

/** The passes of this bundle as services would be. */
final class Passes {
    private static final int ROUNDS = 8;

    private Passes() {}

    static ConstantFolding constantFolding() {
        ConstantFolding pass = new ConstantFolding(new OnnxFormat());
        pass.bindBackend(new ReferenceBackend());
        return pass;
    }

    /** All of them, in an order in which they may run. */
    static List<GraphPass> all() {
        return List.of(
                new FixedInitializers(),
                new DropoutRemoval(),
                new ShapeFolding(),
                constantFolding(),
                new ConstantBranches(),
                new CastRemoval(),
                new IdentityElimination(),
                new ReshapeChains(),
                new DuplicateInitializers(),
                new CommonSubexpressions(),
                new DeadCode());
    }

    /** Runs all passes until none finds anything; the number of changes. */
    static int applyAll(Model model) {
        int sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int changes = 0;
            for (GraphPass pass : all()) {
                changes += pass.apply(model, Map.of()).changes();
            }
            if (changes == 0) {
                return sum;
            }
            sum += changes;
        }
        throw new AssertionError("still changing after " + ROUNDS + " rounds");
    }
}
