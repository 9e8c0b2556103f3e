package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes the body of an operator that turns packed codes into weights.
 *
 * <p>Inputs: codes UINT8 [rows, planes, bytes] as {@link BitPacking#planes} packs them, scales
 * FLOAT16 [rows, groups, 1] and, if asymmetric, zeros UINT8 [rows, groups, 1]. Output: FLOAT [rows,
 * planes * bytes * 8 / bits]. In operators that mean the same from operator set 11 on.
 */
final class UnpackFunction {
    static final String DOMAIN = "ai.tenon";
    static final long OPSET = 11;

    private final Format format;
    private final long opset;
    private final Graph body;

    /**
     * @param opset of the model, so that a runtime need not mix two
     */
    UnpackFunction(Format format, long opset) {
        this.format = format;
        this.opset = opset;
        this.body = new Graph(name());
    }

    private String name() {
        String type = format.bits() == 1 ? "Binary" : "Int" + format.bits();
        return "Dequantize" + type + (format.symmetric() ? "" : "Asymmetric");
    }

    Function build() {
        Value codes = body.addInput("codes", null);
        Value scales = body.addInput("scales", null);
        Value zero =
                format.symmetric()
                        ? constant(Numbers.ofFloats(new float[] {format.middle()}))
                        : toFloat(body.addInput("zeros", null));
        List<Value> parts = format.bits() == 6 ? sixBits(codes) : onePlane(codes);
        Value values = op("Concat", parts.toArray(Value[]::new));
        values.producer().set(Attribute.ofInt("axis", 1));
        // [rows, groups, 1] * [1, 1, -1]: a reshape to as many groups as there are scales
        Value shape = op("Mul", op("Shape", scales), longs(1, 1, -1));
        Value grouped = op("Reshape", values, shape);
        Value weights = op("Mul", op("Sub", grouped, zero), toFloat(scales));
        body.addOutput(op("Reshape", weights, longs(0, -1)));
        return new Function(
                DOMAIN, name(), "", List.of(), List.of(), Map.of("", opset), body, null);
    }

    private List<Value> onePlane(Value codes) {
        List<Value> parts = new ArrayList<>();
        for (int bit = 0; bit < 8; bit += format.bits()) {
            parts.add(toFloat(bits(codes, bit, format.bits(), 0)));
        }
        return parts;
    }

    private List<Value> sixBits(Value codes) {
        Value first = plane(codes, 0);
        Value second = plane(codes, 1);
        Value third = plane(codes, 2);
        return List.of(
                toFloat(bits(first, 0, 6, 0)),
                op("Add", toFloat(bits(first, 6, 2, 0)), toFloat(bits(second, 0, 4, 2))),
                op("Add", toFloat(bits(second, 4, 4, 0)), toFloat(bits(third, 0, 2, 4))),
                toFloat(bits(third, 2, 6, 0)));
    }

    private Value plane(Value codes, int index) {
        Value plane = op("Gather", codes, longs(index));
        plane.producer().set(Attribute.ofInt("axis", 1));
        return plane;
    }

    /** Bits {@code from} to {@code from + count} of every byte, moved to begin at {@code to}. */
    private Value bits(Value bytes, int from, int count, int to) {
        int above = 8 - from - count;
        return shift("RIGHT", shift("LEFT", bytes, above), above + from - to);
    }

    private Value shift(String direction, Value bytes, int by) {
        if (by == 0) {
            return bytes;
        }
        Value shifted =
                op("BitShift", bytes, constant(Numbers.ofCodes(DataType.UINT8, new long[] {by})));
        shifted.producer().set(Attribute.ofString("direction", direction));
        return shifted;
    }

    private Value toFloat(Value value) {
        Value result = op("Cast", value);
        result.producer().set(Attribute.ofInt("to", DataType.FLOAT.code()));
        return result;
    }

    private Value longs(long... values) {
        return constant(Numbers.ofLongs(values, values.length));
    }

    private Value constant(Tensor contents) {
        Value value = op("Constant");
        value.producer().set(Attribute.ofTensor("value", contents));
        return value;
    }

    private Value op(String opType, Value... inputs) {
        Value output = body.freshValue(opType, null);
        body.add("", opType, "", Arrays.asList(inputs), List.of(output));
        return output;
    }
}
