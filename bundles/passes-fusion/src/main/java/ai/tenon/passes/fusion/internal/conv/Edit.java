package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.optimize.PassResult;
import java.util.Collection;
import java.util.List;

/** How nodes are replaced by fewer. */
final class Edit {
    private Edit() {}

    /**
     * What a pass did.
     *
     * @param what was done, for the report
     */
    static PassResult result(int changes, String what) {
        return new PassResult(changes, changes == 0 ? List.of() : List.of(what + ": " + changes));
    }

    /** True if the node has not been removed from its graph. */
    static boolean isAlive(Node node) {
        Value out = node.output(0);
        return out != null && node.graph().value(out.name()) == out;
    }

    /**
     * Puts a node in the place of {@code last}, which has one output: it produces the value of that
     * name from now on. What nobody needs any more goes.
     *
     * @param type qualified, as in {@code com.microsoft.FusedConv}
     */
    static Node replace(
            Node last,
            String type,
            String name,
            List<Value> inputs,
            Collection<Attribute> attributes) {
        Graph graph = last.graph();
        Value old = last.output(0);
        String output = old.name();
        Value made = graph.freshValue(output, old.type());
        int dot = type.lastIndexOf('.');
        Node node =
                graph.insertBefore(
                        last,
                        dot < 0 ? "" : type.substring(0, dot),
                        type.substring(dot + 1),
                        name,
                        inputs,
                        List.of(made));
        attributes.forEach(node::set);
        graph.replaceUses(old, made);
        Rewrite.removeUnused(old);
        graph.rename(made, output);
        return node;
    }
}
