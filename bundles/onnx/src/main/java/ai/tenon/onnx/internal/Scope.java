package ai.tenon.onnx.internal;

import ai.tenon.graph.Graph;
import ai.tenon.graph.Value;

/**
 * A graph being read and the graphs around it, for names to be resolved outward.
 *
 * @param around null for the outermost graph
 * @param inFunction true inside a function, where attributes may refer to the function's
 */
record Scope(Graph graph, Scope around, boolean inFunction) {
    /** The value of that name that is defined by now; null if there is none. */
    Value resolve(String name) {
        for (Scope scope = this; scope != null; scope = scope.around) {
            Value value = scope.graph.value(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    Scope inner(Graph subgraph) {
        return new Scope(subgraph, this, inFunction);
    }
}
