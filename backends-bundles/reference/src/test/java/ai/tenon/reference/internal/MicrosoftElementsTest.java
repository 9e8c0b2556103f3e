package ai.tenon.reference.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators of domain com.microsoft that keep the shape, as ONNX Runtime computes them. */
class MicrosoftElementsTest {
    private final Comparison test = new Comparison(5);

    @ParameterizedTest
    @ValueSource(strings = {"Gelu", "QuickGelu", "FastGelu"})
    void gelus(String name) throws Exception {
        test.microsoft(name, test.given(test.floatTensor(5, 3, 20)));
        test.same(1e-5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BiasGelu", "FastGelu"})
    void gelusWithBias(String name) throws Exception {
        test.microsoft(
                name,
                test.given(test.floatTensor(5, 2, 3, 20)),
                test.constant(test.floatTensor(1, 20)));
        test.same(1e-5);
    }

    @Test
    void skipLayerNormalizationWithBiasAndSum() throws Exception {
        Value x = test.floats(2, 3, 16);
        test.node(
                        "com.microsoft",
                        "SkipLayerNormalization",
                        new int[] {0, 3},
                        x,
                        test.floats(2, 3, 16),
                        test.floats(16),
                        test.floats(16),
                        test.floats(16))
                .set(Attribute.ofFloat("epsilon", 1e-5f));
        test.same(1e-5);
    }

    @Test
    void skipLayerNormalizationBroadcasts() throws Exception {
        test.microsoft(
                "SkipLayerNormalization",
                test.floats(2, 3, 16),
                test.floats(3, 16),
                test.floats(16));
        test.same(1e-5);
    }

    @Test
    void skipSimplifiedLayerNormalization() throws Exception {
        Value x = test.floats(2, 3, 16);
        test.node(
                "com.microsoft",
                "SkipSimplifiedLayerNormalization",
                new int[] {0, 3},
                x,
                test.floats(2, 3, 16),
                test.floats(16),
                test.floats(16));
        test.same(1e-5);
    }

    @Test
    void simplifiedLayerNormalization() throws Exception {
        test.node(
                        "",
                        "SimplifiedLayerNormalization",
                        new int[] {0},
                        test.floats(2, 3, 16),
                        test.floats(16))
                .set(Attribute.ofFloat("epsilon", 1e-6f));
        test.same(1e-5);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"INT8", "UINT8"})
    void quantizedSumsAndProducts(DataType type) throws Exception {
        for (String name : new String[] {"QLinearAdd", "QLinearMul"}) {
            Comparison each = new Comparison(7);
            Value zero = each.zero(type, 5);
            each.microsoft(
                    name,
                    each.codes(type, 2, 3, 20),
                    each.scalar(0.02),
                    zero,
                    each.codes(type, 1, 20),
                    each.scalar(0.03),
                    each.zero(type, 100),
                    each.scalar(0.05),
                    zero);
            each.same(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"QLinearSigmoid", "QLinearLeakyRelu"})
    void quantizedFunctions(String name) throws Exception {
        test.microsoft(
                name,
                test.codes(DataType.UINT8, 3, 20),
                test.scalar(0.03),
                test.zero(DataType.UINT8, 128),
                test.scalar(0.02),
                test.zero(DataType.UINT8, 10));
        test.same(1);
    }

    @Test
    void quantizedSoftmax() throws Exception {
        test.microsoft(
                        "QLinearSoftmax",
                        test.codes(DataType.UINT8, 3, 20),
                        test.scalar(0.03),
                        test.zero(DataType.UINT8, 128),
                        test.scalar(1 / 256.0),
                        test.zero(DataType.UINT8, 0))
                .set(Attribute.ofInt("axis", -1))
                .set(Attribute.ofInt("opset", 13));
        test.same(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void quantizedGlobalAverage(int channelsLast) throws Exception {
        test.microsoft(
                        "QLinearGlobalAveragePool",
                        test.codes(DataType.UINT8, 2, 5, 4, 3),
                        test.scalar(0.03),
                        test.zero(DataType.UINT8, 128),
                        test.scalar(0.01),
                        test.zero(DataType.UINT8, 100))
                .set(Attribute.ofInt("channels_last", channelsLast));
        test.same(1);
    }

    @Test
    void quantizedConcat() throws Exception {
        test.microsoft(
                        "QLinearConcat",
                        test.scalar(0.05),
                        test.zero(DataType.UINT8, 100),
                        test.codes(DataType.UINT8, 2, 3, 4),
                        test.scalar(0.03),
                        test.zero(DataType.UINT8, 128),
                        test.codes(DataType.UINT8, 2, 5, 4),
                        test.scalar(0.05),
                        test.zero(DataType.UINT8, 100))
                .set(Attribute.ofInt("axis", 1));
        test.same(1);
    }

    @Test
    void oldDequantizeLinear() throws Exception {
        test.microsoft(
                "DequantizeLinear",
                test.constant(test.codeTensor(DataType.UINT16, 3, 20)),
                test.scalar(0.03),
                test.zero(DataType.UINT16, 30000));
        test.same(1e-4);
    }

    @Test
    void oldQuantizeLinear() throws Exception {
        test.microsoft(
                        "QuantizeLinear",
                        test.floats(3, 20),
                        test.scales(0.01, 3),
                        test.constant(test.codeTensor(DataType.INT8, 3)))
                .set(Attribute.ofInt("axis", 0));
        test.same(1);
    }
}
