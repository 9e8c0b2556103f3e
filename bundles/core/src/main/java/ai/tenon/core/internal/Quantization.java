package ai.tenon.core.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Where a model rounds values to few bits when it runs, its subgraphs and functions included.
 * Weights that are only stored in few bits are no such place: all backends compute the same from
 * them.
 *
 * @param kind the one with the coarsest differences between backends
 * @param node the first node of that kind; null for {@link Kind#NONE}
 */
record Quantization(Kind kind, Node node) {
    /** From what the steps come in which values are rounded. */
    enum Kind {
        /** Nothing is rounded but by FLOAT arithmetic. */
        NONE,
        /** Steps are constants: backends differ by a step where a value lies between two. */
        STATIC,
        /**
         * Steps follow the values of a call, and backends may choose of which values at a time: of
         * a tensor, a row or a block.
         */
        DYNAMIC
    }

    private static final String MICROSOFT = "com.microsoft";

    /** The {@code accuracy_level} of MatMulNBits that lets activations be rounded to eight bits. */
    private static final int EIGHT_BITS = 4;

    static Quantization of(Model model) {
        Quantization worst = in(model.graph());
        for (Function function : model.functions()) {
            worst = worst.or(in(function.body()));
        }
        return worst;
    }

    private static Quantization in(Graph graph) {
        Quantization worst = new Quantization(Kind.NONE, null);
        for (Node node : graph.nodes()) {
            Kind kind = kind(node);
            worst = worst.or(new Quantization(kind, kind == Kind.NONE ? null : node));
            for (Attribute attribute : node.attributes()) {
                for (Graph subgraph : attribute.graphs()) {
                    worst = worst.or(in(subgraph));
                }
            }
        }
        return worst;
    }

    private Quantization or(Quantization other) {
        return other.kind.compareTo(kind) > 0 ? other : this;
    }

    private static Kind kind(Node node) {
        if (!node.domain().isEmpty() && !node.domain().equals(MICROSOFT)) {
            return Kind.NONE;
        }
        String type = node.opType();
        if (type.startsWith("DynamicQuantize")) {
            return Kind.DYNAMIC;
        }
        if (type.startsWith("QLinear")) {
            return Kind.STATIC;
        }
        return switch (type) {
            case "QuantizeLinear" -> varies(node.input(1)) ? Kind.DYNAMIC : Kind.STATIC;
            case "QGemm", "QAttention" -> Kind.STATIC;
            case "MatMulNBits" ->
                    node.intAttribute("accuracy_level", 0) == EIGHT_BITS
                            ? Kind.DYNAMIC
                            : Kind.STATIC;
            case "MatMulInteger", "ConvInteger", "MatMulIntegerToFloat" ->
                    isRoundedByHand(node.input(0)) ? Kind.DYNAMIC : Kind.NONE;
            case "MatMul" -> isOfFourBits(node.input(1)) ? Kind.DYNAMIC : Kind.NONE;
            default -> Kind.NONE;
        };
    }

    /**
     * True of weights that ONNX Runtime recognises and multiplies as a MatMulNBits that rounds
     * activations to eight bits.
     */
    private static boolean isOfFourBits(Value value) {
        Node producer = value == null ? null : value.producer();
        return producer != null
                && producer.opType().equals("DequantizeLinear")
                && producer.input(0) != null
                && producer.input(0).constant() instanceof Tensor codes
                && (codes.type() == DataType.INT4 || codes.type() == DataType.UINT4);
    }

    /** True if a value depends on what callers give, or on what a function is called with. */
    private static boolean varies(Value value) {
        return comesFrom(value, node -> false, node -> false, true);
    }

    /**
     * True if integers were made of reals by a cast: steps that the model computes itself. Those of
     * operators that quantize are judged where they stand.
     */
    private static boolean isRoundedByHand(Value value) {
        return comesFrom(
                value,
                Quantization::isCastToBytes,
                node -> node.opType().endsWith("QuantizeLinear"),
                false);
    }

    private static boolean isCastToBytes(Node node) {
        long to = node.opType().equals("Cast") ? node.intAttribute("to", 0) : 0;
        return to == DataType.INT8.code() || to == DataType.UINT8.code();
    }

    private interface Question {
        boolean isTrueOf(Node node);
    }

    /**
     * Looks at all nodes from which a value is computed.
     *
     * @param wanted what is looked for
     * @param end behind which nodes nobody looks
     * @param inputs whether an input of the graph is what is looked for, too
     */
    private static boolean comesFrom(Value value, Question wanted, Question end, boolean inputs) {
        Deque<Value> open = new ArrayDeque<>();
        Set<Value> seen = new HashSet<>();
        if (value != null) {
            open.push(value);
        }
        while (!open.isEmpty()) {
            Value next = open.pop();
            Node producer = next.producer();
            if (next.isConstant() || !seen.add(next)) {
                continue;
            }
            if (producer == null) {
                if (inputs) {
                    return true;
                }
            } else if (wanted.isTrueOf(producer)) {
                return true;
            } else if (!end.isTrueOf(producer)) {
                producer.reads().forEach(open::push);
            }
        }
        return false;
    }
}
