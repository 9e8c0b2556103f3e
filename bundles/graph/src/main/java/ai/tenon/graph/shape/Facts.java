package ai.tenon.graph.shape;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a rule knows of a node, and where it says what follows. */
final class Facts {
    /** Longer tensors are no shapes. */
    private static final int MAX_TERMS = 64;

    private final Inference inference;
    private final Node node;
    private final Map<String, Attribute> attributes;
    private final long opset;
    private final Map<Value, ValueType> outputs = new LinkedHashMap<>();

    Facts(Inference inference, Node node, Map<String, Attribute> attributes, long opset) {
        this.inference = inference;
        this.node = node;
        this.attributes = attributes;
        this.opset = opset;
    }

    long opset() {
        return opset;
    }

    String opType() {
        return node.opType();
    }

    int inputCount() {
        return node.inputs().size();
    }

    int outputCount() {
        return node.outputs().size();
    }

    boolean given(int input) {
        return node.input(input) != null;
    }

    /** What is known of an input; null if nothing is, or it is left out. */
    ValueType type(int input) {
        Value value = node.input(input);
        return value == null ? null : inference.type(value);
    }

    private ValueType.OfTensor tensor(int input) {
        return type(input) instanceof ValueType.OfTensor tensor ? tensor : null;
    }

    /** The element type of an input; null when unknown. */
    DataType element(int input) {
        return tensor(input) == null ? null : tensor(input).elementType();
    }

    /** The shape of an input; null when unknown. */
    Shape shape(int input) {
        return tensor(input) == null ? null : tensor(input).shape();
    }

    /** The constant contents of an input; null if it has none. */
    Tensor constant(int input) {
        Value value = node.input(input);
        return value == null ? null : inference.constant(value);
    }

    /** The integers of a short tensor, as far as they are known; null if nothing is. */
    List<Term> contents(int input) {
        Value value = node.input(input);
        if (value == null) {
            return null;
        }
        Tensor constant = inference.constant(value);
        if (constant != null
                && constant.type().isInteger()
                && constant.rank() <= 1
                && constant.size() <= MAX_TERMS) {
            List<Term> terms = new ArrayList<>();
            for (long each : Numbers.longs(constant)) {
                terms.add(Term.of(each));
            }
            return terms;
        }
        List<Term> known = inference.contents(value);
        if (known != null) {
            return known;
        }
        Shape shape = shape(input);
        DataType type = element(input);
        boolean isShort =
                shape != null
                        && type != null
                        && type.isInteger()
                        && shape.rank() == 1
                        && shape.get(0).isKnown()
                        && shape.get(0).length() <= MAX_TERMS;
        return isShort
                ? java.util.Collections.nCopies((int) shape.get(0).length(), Term.UNKNOWN)
                : null;
    }

    /** The integers of a tensor if all are known; else null. */
    long[] integers(int input) {
        Tensor constant = constant(input);
        if (constant != null && constant.type().isInteger()) {
            return Numbers.longs(constant);
        }
        List<Term> terms = contents(input);
        return terms == null || terms.stream().anyMatch(term -> term.value() == null)
                ? null
                : terms.stream().mapToLong(Term::value).toArray();
    }

    boolean has(String name) {
        return attributes.containsKey(name);
    }

    Attribute attribute(String name) {
        return attributes.get(name);
    }

    long integer(String name, long otherwise) {
        Attribute attribute = attributes.get(name);
        return attribute == null ? otherwise : attribute.asInt();
    }

    long[] integers(String name, long[] otherwise) {
        Attribute attribute = attributes.get(name);
        return attribute == null ? otherwise : attribute.asInts();
    }

    String text(String name, String otherwise) {
        Attribute attribute = attributes.get(name);
        return attribute == null ? otherwise : attribute.asString();
    }

    /** An element type given by its ONNX number. */
    DataType type(String name, DataType otherwise) {
        long code = integer(name, 0);
        return code == 0 ? otherwise : DataType.ofCode((int) code);
    }

    /** Infers a subgraph and says what its outputs are. */
    List<ValueType> subgraph(String name, List<ValueType> inputs) {
        Attribute attribute = attributes.get(name);
        if (attribute == null) {
            return List.of();
        }
        Graph graph = attribute.asGraph();
        return inference.visit(graph, inputs);
    }

    /** Says what an output is. */
    void output(int index, ValueType type) {
        if (node.output(index) != null && type != null) {
            outputs.put(node.output(index), type);
        }
    }

    /**
     * Says what a tensor is.
     *
     * @param type null when unknown
     * @param shape null when unknown
     */
    void output(int index, DataType type, Shape shape) {
        output(index, new ValueType.OfTensor(type, shape));
    }

    void output(int index, DataType type, Dimension... dims) {
        output(index, type, new Shape(List.of(dims)));
    }

    /** Says that the first output is constant. */
    void outputConstant(Tensor tensor) {
        output(0, ValueType.tensor(tensor.type(), tensor.shape()));
        if (node.output(0) != null) {
            inference.setConstant(node.output(0), tensor);
        }
    }

    /** Says what integers the first output holds. */
    void outputContents(List<Term> terms) {
        if (node.output(0) != null && terms != null && terms.size() <= MAX_TERMS) {
            inference.setContents(node.output(0), List.copyOf(terms));
        }
    }

    Map<Value, ValueType> outputs() {
        return outputs;
    }
}
