package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.numeric.Numbers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The standard {@code DequantizeLinear} of INT4 or UINT4, from operator set 21 on. Matrices stay in
 * the order of dimensions that they have: runtimes recognise that.
 */
final class LinearForm extends DequantizedForm {
    @Override
    public long opset() {
        return 21;
    }

    @Override
    public String words() {
        return "DequantizeLinear";
    }

    @Override
    Value dequantize(Layer layer, QuantizedMatrix matrix) {
        boolean isMatrix = layer.weights().rank() == 2;
        boolean columns = isMatrix && layer.channelAxis() == 1;
        Format format = matrix.format();
        int groups = format.groups(matrix.length());
        List<Value> inputs = new ArrayList<>();
        inputs.add(store(layer, "_codes", codes(matrix, columns)));
        inputs.add(store(layer, "_scales", scales(matrix, groups, columns)));
        if (!format.symmetric()) {
            inputs.add(store(layer, "_zeros", zeros(matrix, groups, columns)));
        }
        long[] shape =
                isMatrix ? layer.weights().shape() : new long[] {matrix.rows(), matrix.length()};
        Value value = insert(layer, "DequantizeLinear", shape, inputs.toArray(Value[]::new));
        value.producer().set(Attribute.ofInt("axis", columns == groups > 1 ? 0 : 1));
        if (groups > 1) {
            value.producer().set(Attribute.ofInt("block_size", format.block()));
        }
        return isMatrix ? value : restore(layer, value);
    }

    /** INT4 if symmetric, else UINT4: [rows, length], or [length, rows] for columns. */
    static Tensor codes(QuantizedMatrix matrix, boolean columns) {
        int rows = matrix.rows();
        int length = matrix.length();
        boolean symmetric = matrix.format().symmetric();
        int shift = symmetric ? (int) matrix.format().middle() : 0;
        ByteBuffer codes = ByteBuffer.allocate((Math.multiplyExact(rows, length) + 1) / 2);
        for (int row = 0; row < rows; row++) {
            Channel channel = matrix.channel(row);
            for (int i = 0; i < length; i++) {
                int at = columns ? i * rows + row : row * length + i;
                int nibble = channel.code(i) - shift & 0xf;
                codes.put(at / 2, (byte) (codes.get(at / 2) | nibble << at % 2 * 4));
            }
        }
        return Tensor.of(
                symmetric ? DataType.INT4 : DataType.UINT4,
                columns ? new long[] {length, rows} : new long[] {rows, length},
                codes);
    }

    private static Tensor scales(QuantizedMatrix matrix, int groups, boolean columns) {
        double[] values = new double[matrix.rows() * groups];
        for (int i = 0; i < values.length; i++) {
            values[at(matrix, i, groups, columns)] = matrix.channel(i / groups).scales[i % groups];
        }
        return Numbers.of(DataType.FLOAT, values, shape(matrix, groups, columns));
    }

    private static Tensor zeros(QuantizedMatrix matrix, int groups, boolean columns) {
        long[] values = new long[matrix.rows() * groups];
        for (int i = 0; i < values.length; i++) {
            values[at(matrix, i, groups, columns)] =
                    (long) matrix.channel(i / groups).zeros[i % groups];
        }
        return Numbers.ofCodes(DataType.UINT4, values, shape(matrix, groups, columns));
    }

    private static int at(QuantizedMatrix matrix, int index, int groups, boolean columns) {
        return columns ? index % groups * matrix.rows() + index / groups : index;
    }

    private static long[] shape(QuantizedMatrix matrix, int groups, boolean columns) {
        return groups == 1
                ? new long[] {matrix.rows()}
                : columns ? new long[] {groups, matrix.rows()} : new long[] {matrix.rows(), groups};
    }
}
