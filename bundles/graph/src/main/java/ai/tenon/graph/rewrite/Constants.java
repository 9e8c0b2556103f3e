package ai.tenon.graph.rewrite;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Reads values that are the same in every run. */
public final class Constants {
    private Constants() {}

    /**
     * The contents of a value that never changes: of an initializer that no caller can replace (one
     * that is an input too is a default, not a constant), or of a {@code Constant} node.
     *
     * @param value may be null
     * @return null if the value may change, or is no dense tensor
     */
    public static Tensor tensor(Value value) {
        if (value == null) {
            return null;
        }
        if (value.isConstant()) {
            return value.constant() instanceof Tensor tensor
                            && !value.graph().inputs().contains(value)
                    ? tensor
                    : null;
        }
        Node producer = Match.producer(value, "Constant");
        return producer == null
                ? null
                : contents(attribute -> producer.attribute(attribute).orElse(null));
    }

    /**
     * What a {@code Constant} node holds.
     *
     * @param attributes its attributes by name, null where there is none
     * @return null for a sparse tensor and for an attribute without a value of its own
     */
    public static Tensor contents(Function<String, Attribute> attributes) {
        for (String name :
                List.of(
                        "value",
                        "value_int",
                        "value_ints",
                        "value_float",
                        "value_floats",
                        "value_string",
                        "value_strings")) {
            Attribute attribute = attributes.apply(name);
            if (attribute != null && attribute.value() != null) {
                return contents(attribute);
            }
        }
        return null;
    }

    private static Tensor contents(Attribute attribute) {
        switch (attribute.kind()) {
            case TENSOR:
                return attribute.asTensor();
            case INT:
                return Numbers.ofLongs(new long[] {attribute.asInt()});
            case INTS:
                long[] longs = attribute.asInts();
                return Numbers.ofLongs(longs, longs.length);
            case FLOAT:
                return Numbers.ofFloats(new float[] {attribute.asFloat()});
            case FLOATS:
                float[] floats = attribute.asFloats();
                return Numbers.ofFloats(floats, floats.length);
            case STRING:
                return Tensor.ofStrings(new String[] {attribute.asString()});
            case STRINGS:
                String[] strings = attribute.asStrings().toArray(String[]::new);
                return Tensor.ofStrings(strings, strings.length);
            default:
                return null;
        }
    }

    /** The elements of a constant of any floating-point type; null if it is none. */
    public static float[] floats(Value value) {
        Tensor tensor = tensor(value);
        return tensor == null || !tensor.type().isFloat() ? null : Numbers.floats(tensor);
    }

    /** The elements of a constant of any integer type; null if it is none. */
    public static long[] integers(Value value) {
        Tensor tensor = tensor(value);
        return tensor == null || !tensor.type().isInteger() ? null : Numbers.longs(tensor);
    }

    /** The only element of a constant of any numeric type; empty if it is none, or has others. */
    public static OptionalDouble scalar(Value value) {
        Tensor tensor = tensor(value);
        return tensor == null || !isNumeric(tensor) || tensor.size() != 1
                ? OptionalDouble.empty()
                : OptionalDouble.of(Numbers.doubles(tensor)[0]);
    }

    /** True for a constant of any numeric type of which every element, and at least one, is so. */
    public static boolean isFilledWith(Value value, double each) {
        Tensor tensor = tensor(value);
        if (tensor == null || !isNumeric(tensor) || tensor.size() == 0) {
            return false;
        }
        for (double element : Numbers.doubles(tensor)) {
            if (element != each) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNumeric(Tensor tensor) {
        return tensor.type().isFloat() || tensor.type().isInteger();
    }

    /** A new initializer with a name like {@code hint}. */
    public static Value add(Graph graph, String hint, Tensor contents) {
        ValueType type = ValueType.tensor(contents.type(), contents.shape());
        return graph.setConstant(graph.freshValue(hint, type), contents);
    }
}
