package ai.tenon.reference.internal.op;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an operator's factory sees of the node that it is bound to. It has to read every attribute
 * that matters here, before the first run: those that nobody read are refused.
 */
public final class Call {
    private final String opType;
    private final long opset;
    private final Map<String, Attribute> attributes;
    private final List<ValueType> inputTypes;
    private final List<Value> present;
    private final List<Datum> constants;
    private final List<Value> outputs;
    private final Map<String, Body> bodies;
    private final Set<String> read = new HashSet<>();

    /**
     * @param attributes with references to a function's attributes resolved
     * @param inputTypes by position; null where left out or unknown
     * @param constants by position; null where left out or computed
     * @param bodies the bound subgraphs by attribute
     */
    public Call(
            String opType,
            long opset,
            Map<String, Attribute> attributes,
            List<ValueType> inputTypes,
            List<Value> inputs,
            List<Datum> constants,
            List<Value> outputs,
            Map<String, Body> bodies) {
        this.opType = opType;
        this.opset = opset;
        this.attributes = attributes;
        this.inputTypes = inputTypes;
        this.present = inputs;
        this.constants = constants;
        this.outputs = outputs;
        this.bodies = bodies;
    }

    public String opType() {
        return opType;
    }

    /** Version of the operator set that the node is written in. */
    public long opset() {
        return opset;
    }

    /** Number of inputs, those left out in between included. */
    public int inputCount() {
        return inputTypes.size();
    }

    /** Number of outputs, those left out in between included. */
    public int outputCount() {
        return outputs.size();
    }

    /** True if the output at {@code index} is wanted. */
    public boolean wants(int index) {
        return index < outputs.size() && outputs.get(index) != null;
    }

    /** The element type of the tensor at {@code index}; null when left out or unknown. */
    public DataType inputType(int index) {
        return index < inputTypes.size() && inputTypes.get(index) instanceof ValueType.OfTensor t
                ? t.elementType()
                : null;
    }

    /** The rank of the tensor at {@code index}; -1 when left out or unknown. */
    public int inputRank(int index) {
        return index < inputTypes.size()
                        && inputTypes.get(index) instanceof ValueType.OfTensor t
                        && t.shape() != null
                ? t.shape().rank()
                : -1;
    }

    /** The tensor at {@code index} if it is constant; null when left out or computed. */
    public Tensor constant(int index) {
        return index < constants.size() && constants.get(index) instanceof Tensor t ? t : null;
    }

    /** True if the input at {@code index} is given. */
    public boolean gives(int index) {
        return index < present.size() && present.get(index) != null;
    }

    public boolean has(String name) {
        return attribute(name) != null;
    }

    public long integer(String name, long otherwise) {
        Attribute attribute = attribute(name);
        return attribute == null ? otherwise : attribute.asInt();
    }

    public boolean flag(String name, boolean otherwise) {
        return integer(name, otherwise ? 1 : 0) != 0;
    }

    public float real(String name, float otherwise) {
        Attribute attribute = attribute(name);
        return attribute == null ? otherwise : attribute.asFloat();
    }

    public String text(String name, String otherwise) {
        Attribute attribute = attribute(name);
        return attribute == null ? otherwise : attribute.asString();
    }

    public long[] integers(String name, long... otherwise) {
        Attribute attribute = attribute(name);
        return attribute == null ? otherwise : attribute.asInts();
    }

    public float[] reals(String name, float... otherwise) {
        Attribute attribute = attribute(name);
        return attribute == null ? otherwise : attribute.asFloats();
    }

    public List<String> texts(String name, List<String> otherwise) {
        Attribute attribute = attribute(name);
        return attribute == null ? otherwise : attribute.asStrings();
    }

    public Tensor tensor(String name, Tensor otherwise) {
        Attribute attribute = attribute(name);
        return attribute == null ? otherwise : attribute.asTensor();
    }

    /** An element type given by its ONNX number; null when absent. */
    public DataType type(String name, DataType otherwise) {
        long code = integer(name, 0);
        return code == 0 ? otherwise : DataType.ofCode(Math.toIntExact(code));
    }

    /** The bound subgraph of that attribute. */
    public Body body(String name) throws Unsupported {
        read.add(name);
        Body body = bodies.get(name);
        if (body == null) {
            throw new Unsupported("subgraph '" + name + "' is missing");
        }
        return body;
    }

    /** A text that has to be one of a few. */
    public String oneOf(String name, String otherwise, String... allowed) throws Unsupported {
        String value = text(name, otherwise);
        if (!List.of(allowed).contains(value)) {
            throw new Unsupported(name + " '" + value + "' is not one of " + List.of(allowed));
        }
        return value;
    }

    /** Reads attributes only to say that they do not change the result here. */
    public void ignore(String... names) {
        read.addAll(List.of(names));
    }

    /** Names of the attributes that nobody read. */
    public Set<String> unread() {
        Set<String> names = new HashSet<>(attributes.keySet());
        names.removeAll(read);
        return names;
    }

    private Attribute attribute(String name) {
        read.add(name);
        return attributes.get(name);
    }
}
