package ai.tenon.cpu.internal.lower;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Match;

/** Reads QuantizeLinear and DequantizeLinear with constant parameters. */
public final class Quantizers {
    private static final int SIGNED_OFFSET = 128;

    private Quantizers() {}

    /**
     * How a QuantizeLinear or DequantizeLinear of activations understands its codes.
     *
     * @return null if it has not one constant scale and zero point, or codes of other than 8 bits
     */
    public static Quantization of(Node node, Lowering lowering) {
        Tensor scale = lowering.constant(node.input(1));
        if (scale == null || scale.size() != 1 || scale.type() != DataType.FLOAT) {
            return null;
        }
        DataType type = codes(node, lowering);
        if (type != DataType.UINT8 && type != DataType.INT8) {
            return null;
        }
        int zeroPoint = 0;
        if (node.input(2) != null) {
            Tensor zero = lowering.constant(node.input(2));
            if (zero == null || zero.size() != 1) {
                return null;
            }
            zeroPoint = (int) Numbers.longs(zero)[0];
        }
        boolean signed = type == DataType.INT8;
        return new Quantization(
                Numbers.floats(scale)[0], zeroPoint + (signed ? SIGNED_OFFSET : 0), signed);
    }

    private static DataType codes(Node node, Lowering lowering) {
        if (Match.is(node, "DequantizeLinear")) {
            return lowering.type(node.input(0));
        }
        if (node.input(2) != null) {
            return lowering.type(node.input(2));
        }
        long declared = node.intAttribute("output_dtype", 0);
        return declared == 0 ? DataType.UINT8 : DataType.ofCode((int) declared);
    }

    /** The DequantizeLinear of constant codes that computes a value; null if none does. */
    public static Node weights(Value value, Lowering lowering) {
        Node node = value == null ? null : Match.producer(value, "DequantizeLinear");
        return node != null
                        && lowering.constant(node.input(0)) != null
                        && lowering.constant(node.input(1)) != null
                        && (node.input(2) == null || lowering.constant(node.input(2)) != null)
                ? node
                : null;
    }

    /** Codes of activations that a function turns into codes again, as a table of 256 bytes. */
    public static byte[] table(Iterable<Unary> functions, Quantization from, Quantization to) {
        byte[] table = new byte[256];
        for (int code = 0; code < table.length; code++) {
            double x = from.scale() * (code - from.zeroPoint());
            for (Unary function : functions) {
                x = (float) function.apply(x);
            }
            double quantized = Math.rint(x / to.scale()) + to.zeroPoint();
            table[code] = (byte) (int) Math.max(0, Math.min(255, quantized));
        }
        return table;
    }
}
