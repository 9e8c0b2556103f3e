package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Puts a layer into a graph.
 *
 * @param end the node whose place it takes and whose output it produces
 * @param input what it reads
 * @param name of the node
 */
record Replacement(Node end, Value input, String name) {
    /**
     * @param bias null if there is none; behind a MatMul it is added
     * @param attributes those of the layer from which it was made
     */
    void put(String type, Tensor weights, double[] bias, Collection<Attribute> attributes) {
        Graph graph = end.graph();
        String output = end.output(0).name();
        List<Value> inputs = new ArrayList<>();
        inputs.add(input);
        inputs.add(Constants.add(graph, output + ".weight", weights));
        Value added =
                bias == null
                        ? null
                        : Constants.add(
                                graph,
                                output + ".bias",
                                Numbers.of(DataType.FLOAT, bias, bias.length));
        if (added != null && type.equals("MatMul")) {
            Value product = graph.freshValue(output + ".product", null);
            graph.insertBefore(end, "", type, name, inputs, List.of(product));
            Edit.replace(end, "Add", "", List.of(product, added), List.of());
            return;
        }
        if (added != null) {
            inputs.add(added);
        }
        // a Gemm's beta is in the bias already
        List<Attribute> kept =
                attributes.stream().filter(each -> !each.name().equals("beta")).toList();
        Edit.replace(end, type, name, inputs, kept);
    }
}
