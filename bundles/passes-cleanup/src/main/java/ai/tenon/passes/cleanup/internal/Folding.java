package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.Graph;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Rewrite;

/** Puts initializers in the place of computed values. */
final class Folding {
    private Folding() {}

    /**
     * Lets all that read a computed value read an initializer of the same name instead, and removes
     * what is no longer needed. A value that a graph returns stays computed.
     *
     * @return false if nothing was changed
     */
    static boolean replace(Value value, Tensor contents) {
        if (value.isGraphOutput() || value.uses().isEmpty()) {
            return false;
        }
        Graph graph = value.graph();
        String name = value.name();
        graph.rename(value, graph.freshName(name));
        graph.replaceUses(value, Constants.add(graph, name, contents));
        Rewrite.removeUnused(value);
        return true;
    }
}
