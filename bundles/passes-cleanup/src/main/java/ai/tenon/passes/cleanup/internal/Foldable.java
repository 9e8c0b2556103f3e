package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.graph.shape.ShapeInference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Finds what depends on constants alone. */
final class Foldable {
    /** Larger results are not even computed. */
    private static final long MAX_BYTES = 256L << 20;

    /** Operators whose results have a size that is not known beforehand start from at most this. */
    private static final long MAX_OPEN_INPUT = 64 << 10;

    private static final Set<String> KEPT = Set.of("DequantizeLinear", "Constant");

    private static final Set<DataType> STORED = Set.of(DataType.FLOAT16, DataType.BFLOAT16);

    /** Fewer are not stored so for their size. */
    private static final int FEWEST_STORED = 256;

    private final ShapeInference inference;
    private final Set<Node> nodes = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Value> values = new ArrayList<>();

    Foldable(Model model) {
        inference = ShapeInference.of(model);
        List<Graph> graphs = Rewrite.graphs(model);
        for (Graph graph : graphs) {
            for (Node node : graph.nodes()) {
                if (isFoldable(node)) {
                    nodes.add(node);
                }
            }
        }
        for (Graph graph : graphs) {
            graph.nodes().stream().filter(nodes::contains).forEach(this::collect);
        }
    }

    /** Constant values that are read by something that is not constant, typed. */
    List<Value> values() {
        return values;
    }

    private void collect(Node node) {
        for (Value value : node.outputs()) {
            if (value != null
                    && !value.isGraphOutput()
                    && value.uses().stream().anyMatch(user -> !nodes.contains(user))) {
                value.setType(inference.type(value));
                values.add(value);
            }
        }
    }

    private boolean isFoldable(Node node) {
        if (!node.domain().isEmpty()
                || KEPT.contains(node.opType())
                || isStorage(node)
                || !Purity.isPure(node)
                || node.inputs().isEmpty()) {
            return false;
        }
        long read = 0;
        for (Value input : node.inputs()) {
            if (input == null) {
                continue;
            }
            boolean constant =
                    Constants.tensor(input) != null
                            || input.producer() != null && nodes.contains(input.producer());
            if (!constant) {
                return false;
            }
            read += Math.max(bytes(input), 0);
        }
        for (Value output : node.outputs()) {
            long bytes = output == null ? 0 : bytes(output);
            if (bytes > MAX_BYTES || bytes < 0 && read > MAX_OPEN_INPUT || !isTensor(output)) {
                return false;
            }
        }
        return true;
    }

    /** True for what widens weights that are stored in sixteen bits. */
    private static boolean isStorage(Node node) {
        Tensor stored = Match.is(node, "Cast") ? Constants.tensor(node.input(0)) : null;
        return stored != null
                && STORED.contains(stored.type())
                && stored.size() >= FEWEST_STORED
                && node.intAttribute("to", 0) == DataType.FLOAT.code();
    }

    private boolean isTensor(Value value) {
        return value == null
                || inference.type(value) instanceof ValueType.OfTensor tensor
                        && tensor.elementType() != null
                        && tensor.elementType() != DataType.STRING;
    }

    /** Bytes that a value takes; -1 if that is not known. */
    private long bytes(Value value) {
        if (!(inference.type(value) instanceof ValueType.OfTensor tensor)
                || tensor.elementType() == null
                || tensor.shape() == null
                || !tensor.shape().isStatic()) {
            return -1;
        }
        double elements = 1;
        for (long length : tensor.shape().lengths()) {
            elements *= length;
        }
        return (long) Math.min(elements * Math.max(tensor.elementType().bits(), 1) / 8, 1e18);
    }
}
