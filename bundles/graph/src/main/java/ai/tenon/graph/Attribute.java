package ai.tenon.graph;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A named, typed attribute of a node: ONNX's {@code AttributeProto}.
 *
 * @param value by kind: {@code Float}, {@code Long}, {@code byte[]} (STRING: ONNX strings need not
 *     be UTF-8), {@link Tensor}, {@link Graph}, {@link Datum.Sparse}, {@link ValueType}, or a
 *     {@code List} of these; null when {@code reference} is set
 * @param reference inside a function: the name of the function's attribute whose value this one
 *     takes; otherwise null
 * @param docString null when absent
 */
public record Attribute(String name, Kind kind, Object value, String reference, String docString) {

    /** ONNX's attribute kinds with ONNX's numbers. */
    public enum Kind {
        FLOAT(1, Float.class),
        INT(2, Long.class),
        STRING(3, byte[].class),
        TENSOR(4, Tensor.class),
        GRAPH(5, Graph.class),
        FLOATS(6, List.class),
        INTS(7, List.class),
        STRINGS(8, List.class),
        TENSORS(9, List.class),
        GRAPHS(10, List.class),
        SPARSE_TENSOR(11, Datum.Sparse.class),
        SPARSE_TENSORS(12, List.class),
        TYPE_PROTO(13, ValueType.class),
        TYPE_PROTOS(14, List.class);

        private final int code;
        private final Class<?> valueClass;

        Kind(int code, Class<?> valueClass) {
            this.code = code;
            this.valueClass = valueClass;
        }

        /** ONNX's number of this kind. */
        public int code() {
            return code;
        }
    }

    public Attribute {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        if (reference == null ? !kind.valueClass.isInstance(value) : value != null) {
            throw new IllegalArgumentException(
                    "attribute " + name + " of kind " + kind + " cannot hold " + value);
        }
        value = value instanceof List<?> list ? List.copyOf(list) : value;
    }

    /** An attribute with a value of its own. */
    public static Attribute of(String name, Kind kind, Object value) {
        return new Attribute(name, kind, value, null, null);
    }

    public static Attribute ofInt(String name, long value) {
        return of(name, Kind.INT, value);
    }

    public static Attribute ofFloat(String name, float value) {
        return of(name, Kind.FLOAT, value);
    }

    public static Attribute ofString(String name, String value) {
        return of(name, Kind.STRING, value.getBytes(StandardCharsets.UTF_8));
    }

    public static Attribute ofInts(String name, long... values) {
        return of(name, Kind.INTS, Arrays.stream(values).boxed().toList());
    }

    public static Attribute ofTensor(String name, Tensor value) {
        return of(name, Kind.TENSOR, value);
    }

    public static Attribute ofGraph(String name, Graph value) {
        return of(name, Kind.GRAPH, value);
    }

    /** The value of an INT. */
    public long asInt() {
        return (Long) require(Kind.INT);
    }

    /** The value of a FLOAT. */
    public float asFloat() {
        return (Float) require(Kind.FLOAT);
    }

    /** The value of a STRING, decoded as UTF-8. */
    public String asString() {
        return new String((byte[]) require(Kind.STRING), StandardCharsets.UTF_8);
    }

    /** The value of a TENSOR. */
    public Tensor asTensor() {
        return (Tensor) require(Kind.TENSOR);
    }

    /** The value of a GRAPH. */
    public Graph asGraph() {
        return (Graph) require(Kind.GRAPH);
    }

    /** The values of an INTS. */
    public long[] asInts() {
        return ((List<?>) require(Kind.INTS)).stream().mapToLong(item -> (Long) item).toArray();
    }

    /** The values of a FLOATS. */
    public float[] asFloats() {
        List<?> list = (List<?>) require(Kind.FLOATS);
        float[] values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (Float) list.get(i);
        }
        return values;
    }

    /** The values of a STRINGS, decoded as UTF-8. */
    public List<String> asStrings() {
        return ((List<?>) require(Kind.STRINGS))
                .stream().map(item -> new String((byte[]) item, StandardCharsets.UTF_8)).toList();
    }

    /** The graphs that this attribute holds: none, one or many. */
    public List<Graph> graphs() {
        return value instanceof Graph graph
                ? List.of(graph)
                : kind == Kind.GRAPHS && value != null
                        ? ((List<?>) value).stream().map(Graph.class::cast).toList()
                        : List.of();
    }

    private Object require(Kind wanted) {
        if (kind != wanted || value == null) {
            throw new IllegalStateException(
                    "attribute "
                            + name
                            + " is "
                            + (value == null ? "a reference" : kind)
                            + ", not "
                            + wanted);
        }
        return value;
    }
}
