package ai.tenon.quantizer.floating.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.rewrite.Constants;
import java.util.List;

/** Weights stored in sixteen bits, with a {@code Cast} that turns them back into FLOAT. */
final class Storage {
    private final Graph graph;
    private final Half half;

    Storage(Graph graph, Half half) {
        this.graph = graph;
        this.half = half;
    }

    /** Stores one initializer; all that read it read the same name as before. */
    void store(Value weight) {
        Tensor contents = (Tensor) weight.constant();
        String name = weight.name();
        Value stored = Constants.add(graph, name + "_" + half.scheme(), half.round(contents));
        Value restored = graph.freshValue(name, ValueType.tensor(DataType.FLOAT, contents.shape()));
        // in front of all nodes: subgraphs may read it too
        Node first = graph.nodes().get(0);
        graph.insertBefore(first, "", "Cast", name + "_cast", List.of(stored), List.of(restored))
                .set(Attribute.ofInt("to", DataType.FLOAT.code()));
        graph.replaceUses(weight, restored);
        graph.removeInitializer(weight);
        graph.rename(restored, name);
    }
}
