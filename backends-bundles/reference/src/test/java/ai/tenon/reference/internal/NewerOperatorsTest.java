package ai.tenon.reference.internal;

import static ai.tenon.reference.internal.Comparison.NONE;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Newer standard operators that passes and quantizers make, as ONNX Runtime computes them. */
class NewerOperatorsTest {
    private static final int[] FIRST = {0};

    private final Comparison test = new Comparison(13).opset(24);

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"INT4", "UINT4", "INT8", "UINT8"})
    void blockwiseDequantizeLinear(DataType type) throws Exception {
        test.node(
                        "",
                        "DequantizeLinear",
                        FIRST,
                        test.constant(test.codeTensor(type, 64, 6)),
                        test.scales(0.1, 4, 6),
                        test.constant(test.codeTensor(type, 4, 6)))
                .set(Attribute.ofInt("axis", 0))
                .set(Attribute.ofInt("block_size", 16));
        test.same(1e-5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "tanh"})
    void gelu(String approximate) throws Exception {
        test.node("", "Gelu", FIRST, test.given(test.floatTensor(5, 3, 20)))
                .set(Attribute.ofString("approximate", approximate));
        test.same(1e-5);
    }

    @Test
    void swish() throws Exception {
        test.node("", "Swish", FIRST, test.given(test.floatTensor(5, 3, 20)));
        test.same(1e-5);
    }

    @Test
    void rmsNormalization() throws Exception {
        test.node("", "RMSNormalization", FIRST, test.floats(2, 3, 16), test.floats(16))
                .set(Attribute.ofFloat("epsilon", 1e-6f));
        test.same(1e-5);
    }

    @Test
    void attentionWithSharedHeadsAndPast() throws Exception {
        test.node(
                        "",
                        "Attention",
                        new int[] {0, 1, 2},
                        test.floats(2, 3, 32),
                        test.floats(2, 3, 16),
                        test.floats(2, 3, 16),
                        test.floats(2, 1, 3, 7),
                        test.floats(2, 2, 4, 8),
                        test.floats(2, 2, 4, 8))
                .set(Attribute.ofInt("q_num_heads", 4))
                .set(Attribute.ofInt("kv_num_heads", 2));
        test.same(1e-5);
    }

    @Test
    void causalAttention() throws Exception {
        Value x = test.floats(2, 4, 5, 8);
        test.node("", "Attention", FIRST, x, test.floats(2, 4, 5, 8), x, NONE)
                .set(Attribute.ofInt("is_causal", 1))
                .set(Attribute.ofFloat("scale", 0.3f));
        test.same(1e-5);
    }

    @Test
    void rotaryEmbedding() throws Exception {
        test.node(
                "",
                "RotaryEmbedding",
                FIRST,
                test.floats(2, 2, 3, 8),
                test.floats(10, 4),
                test.floats(10, 4),
                test.given(Numbers.ofLongs(new long[] {0, 1, 2, 5, 6, 7}, 2, 3)));
        test.same(1e-5);
    }
}
