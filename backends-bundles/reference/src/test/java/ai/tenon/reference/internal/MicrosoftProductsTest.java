package ai.tenon.reference.internal;

import static ai.tenon.reference.internal.Comparison.NONE;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of domain com.microsoft, as ONNX Runtime computes them. */
class MicrosoftProductsTest {
    private final Comparison test = new Comparison(3);

    @ParameterizedTest
    @CsvSource({
        "4, 32, 64, packed", "4, 16, 40, none", "4, 32, 70, float", "4, 128, 128, packed",
        "8, 32, 64, packed", "8, 32, 70, none", "2, 32, 64, none", "2, 64, 128, packed"
    })
    void matMulNBits(int bits, int block, int k, String zeros) throws Exception {
        int n = 24;
        int count = (k + block - 1) / block;
        Value b = test.constant(test.codeTensor(DataType.UINT8, n, count, block * bits / 8));
        Value scales = test.scales(0.05, n, count);
        Value zero =
                switch (zeros) {
                    case "packed" ->
                            test.constant(
                                    test.codeTensor(DataType.UINT8, n, (count * bits + 7) / 8));
                    case "float" -> test.constant(test.floatTensor(8, n, count));
                    default -> NONE;
                };
        Value bias = test.constant(test.floatTensor(1, n));
        test.microsoft("MatMulNBits", test.floats(2, 3, k), b, scales, zero, NONE, bias)
                .set(Attribute.ofInt("K", k))
                .set(Attribute.ofInt("N", n))
                .set(Attribute.ofInt("bits", bits))
                .set(Attribute.ofInt("block_size", block));
        test.same(1e-3);
    }

    @ParameterizedTest
    @CsvSource({"INT4, 64, false", "UINT4, 64, true", "INT4, 72, true"})
    void gatherBlockQuantized(DataType type, int width, boolean zeros) throws Exception {
        int groups = (width + 31) / 32;
        Value table = test.constant(test.codeTensor(type, 9, width));
        Value indices = test.constant(Numbers.ofLongs(new long[] {0, 8, 3, 3, -1, 5}, 2, 3));
        Value zero = zeros ? test.constant(test.codeTensor(type, 9, groups)) : NONE;
        test.microsoft("GatherBlockQuantized", table, indices, test.scales(0.1, 9, groups), zero)
                .set(Attribute.ofInt("gather_axis", 0))
                .set(Attribute.ofInt("quantize_axis", 1))
                .set(Attribute.ofInt("block_size", 32));
        test.same(1e-6);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void dynamicQuantizeMatMul(boolean perColumn) throws Exception {
        Value scale = perColumn ? test.scales(0.01, 12) : test.scalar(0.01);
        Value zero = perColumn ? NONE : test.zero(DataType.UINT8, 120);
        Value b =
                test.constant(test.codeTensor(perColumn ? DataType.INT8 : DataType.UINT8, 20, 12));
        Value bias = test.constant(test.floatTensor(1, 12));
        test.microsoft("DynamicQuantizeMatMul", test.floats(2, 5, 20), b, scale, zero, bias);
        test.same(1e-4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void matMulIntegerToFloat(boolean perColumn) throws Exception {
        Value b = test.constant(test.codeTensor(DataType.INT8, 20, 12));
        Value scale = perColumn ? test.scales(0.01, 12) : test.scalar(0.01);
        Value zero = perColumn ? test.constant(test.codeTensor(DataType.INT8, 12)) : NONE;
        test.microsoft(
                "MatMulIntegerToFloat",
                test.codes(DataType.UINT8, 2, 5, 20),
                b,
                test.scalar(0.02),
                scale,
                test.zero(DataType.UINT8, 100),
                zero,
                test.constant(test.floatTensor(1, 12)));
        test.same(1e-3);
    }

    @ParameterizedTest
    @CsvSource({"Relu", "Tanh", "Sigmoid", "LeakyRelu", "Clip", "HardSigmoid"})
    void fusedConv(String activation) throws Exception {
        Value x = test.floats(2, 4, 7, 7);
        Value w = test.constant(test.floatTensor(0.5, 6, 4, 3, 3));
        Value bias = test.constant(test.floatTensor(0.5, 6));
        var node = test.microsoft("FusedConv", x, w, bias, test.floats(2, 6, 7, 7));
        node.set(Attribute.ofInts("pads", 1, 1, 1, 1));
        node.set(Attribute.ofString("activation", activation));
        float[] parameters =
                switch (activation) {
                    case "LeakyRelu" -> new float[] {0.1f};
                    case "Clip" -> new float[] {0, 1};
                    case "HardSigmoid" -> new float[] {0.2f, 0.5f};
                    default -> null;
                };
        if (parameters != null) {
            List<Float> list = new ArrayList<>();
            for (float each : parameters) {
                list.add(each);
            }
            node.set(Attribute.of("activation_params", Attribute.Kind.FLOATS, list));
        }
        test.same(1e-5);
    }

    @Test
    void fusedGemm() throws Exception {
        Value b = test.constant(test.floatTensor(1, 6, 8));
        test.microsoft("FusedGemm", test.floats(5, 8), b, test.constant(test.floatTensor(1, 6)))
                .set(Attribute.ofInt("transB", 1))
                .set(Attribute.ofFloat("alpha", 0.5f))
                .set(Attribute.ofString("activation", "LeakyRelu"))
                .set(Attribute.ofFloat("activation_alpha", 0.2f));
        test.same(1e-5);
    }

    @Test
    void fusedMatMulTransposesMatrices() throws Exception {
        test.microsoft("FusedMatMul", test.floats(2, 3, 8, 5), test.floats(2, 3, 7, 8))
                .set(Attribute.ofInt("transA", 1))
                .set(Attribute.ofInt("transB", 1))
                .set(Attribute.ofFloat("alpha", 0.25f));
        test.same(1e-5);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void fusedMatMulTransposesBatches(int transA) throws Exception {
        Value a = transA == 0 ? test.floats(5, 2, 3, 8) : test.floats(8, 2, 3, 5);
        test.microsoft("FusedMatMul", a, test.floats(2, 3, 8, 7))
                .set(Attribute.ofInt("transA", transA))
                .set(Attribute.ofInt("transBatchA", 1));
        test.same(1e-5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void qGemm(boolean toBytes) throws Exception {
        Value b = test.constant(test.codeTensor(DataType.INT8, 8, 6));
        Value bias = test.constant(Tensor.ofInts(new int[] {1, -2, 3, 4, 5, 6}, 6));
        test.microsoft(
                        "QGemm",
                        test.codes(DataType.UINT8, 5, 8),
                        test.scalar(0.02),
                        test.zero(DataType.UINT8, 100),
                        b,
                        test.scales(0.01, 6),
                        test.constant(Numbers.ofCodes(DataType.INT8, new long[6], 6)),
                        bias,
                        toBytes ? test.scalar(0.05) : NONE,
                        toBytes ? test.zero(DataType.UINT8, 128) : NONE)
                .set(Attribute.ofFloat("alpha", 1));
        test.same(toBytes ? 1 : 1e-4);
    }
}
