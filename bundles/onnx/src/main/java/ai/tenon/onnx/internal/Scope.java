package ai.tenon.onnx.internal;

import ai.tenon.graph.Graph;
import ai.tenon.graph.Value;
import java.util.Map;

/**
 * A graph being read and the graphs around it, for names to be resolved outward.
 *
 * @param around null for the outermost graph
 * @param opsets versions of the operator sets that nodes may use, by domain
 * @param inFunction true inside a function, where attributes may refer to the function's
 */
record Scope(Graph graph, Scope around, Map<String, Long> opsets, boolean inFunction) {
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
        return new Scope(subgraph, this, opsets, inFunction);
    }
}
