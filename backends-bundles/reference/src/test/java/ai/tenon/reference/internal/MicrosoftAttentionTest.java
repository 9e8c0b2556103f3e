package ai.tenon.reference.internal;

import static ai.tenon.reference.internal.Comparison.NONE;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attentions of domain com.microsoft, as ONNX Runtime computes them. */
class MicrosoftAttentionTest {
    private static final int[] FIRST = {0};
    private static final int[] WITH_PRESENT = {0, 1};
    private static final int[] WITH_CACHES = {0, 1, 2};

    private final Comparison test = new Comparison(11);

    @ParameterizedTest
    @ValueSource(strings = {"none", "keys", "rows", "ends", "starts"})
    void attentionWithMasks(String kind) throws Exception {
        Value mask =
                switch (kind) {
                    case "keys" -> test.given(mask(2, 5));
                    case "rows" -> test.given(mask(2, 5, 5));
                    case "ends" -> test.ints(3, 5);
                    case "starts" -> test.ints(4, 5, 1, 0);
                    default -> NONE;
                };
        attention(FIRST, test.floats(2, 5, 16), mask, NONE, NONE);
        test.same(1e-5);
    }

    @Test
    void attentionWithPastAndCausality() throws Exception {
        Value past = test.floats(2, 2, 4, 3, 4);
        Node node = attention(WITH_PRESENT, test.floats(2, 5, 16), NONE, past, NONE);
        node.set(Attribute.ofInt("unidirectional", 1));
        test.same(1e-5);
    }

    @Test
    void attentionWithBiasAndScale() throws Exception {
        Value bias = test.floats(1, 4, 5, 5);
        attention(FIRST, test.floats(2, 5, 16), test.given(mask(2, 5)), NONE, bias)
                .set(Attribute.ofFloat("scale", 0.3f));
        test.same(1e-5);
    }

    private Node attention(int[] outputs, Value x, Value mask, Value past, Value bias) {
        Value weights = test.constant(test.floatTensor(0.5, 16, 48));
        Value projected = test.constant(test.floatTensor(0.5, 48));
        return test.node(
                        "com.microsoft",
                        "Attention",
                        outputs,
                        x,
                        weights,
                        projected,
                        mask,
                        past,
                        bias)
                .set(Attribute.ofInt("num_heads", 4));
    }

    @Test
    void quantizedAttention() throws Exception {
        test.microsoft(
                        "QAttention",
                        test.codes(DataType.UINT8, 2, 5, 16),
                        test.constant(test.codeTensor(DataType.INT8, 16, 48)),
                        test.constant(test.floatTensor(0.5, 48)),
                        test.scalar(0.01),
                        test.scalar(0.01),
                        test.given(mask(2, 5)),
                        test.zero(DataType.UINT8, 120),
                        test.zero(DataType.INT8, 0))
                .set(Attribute.ofInt("num_heads", 4));
        test.same(1e-4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "bias", "mask", "rows", "causal", "added"})
    void multiHeadAttention(String kind) throws Exception {
        Value q = test.floats(2, 5, 16);
        Value k = test.floats(2, kind.equals("causal") ? 5 : 7, 16);
        Value v = test.floats(2, kind.equals("causal") ? 5 : 7, 24);
        Value bias = kind.equals("bias") ? test.constant(test.floatTensor(1, 56)) : NONE;
        Value mask =
                switch (kind) {
                    case "mask" -> test.given(mask(2, 7));
                    case "rows" -> test.given(mask(2, 5, 7));
                    default -> NONE;
                };
        Value added = kind.equals("added") ? test.floats(1, 4, 5, 7) : NONE;
        Node node = test.microsoft("MultiHeadAttention", q, k, v, bias, mask, added);
        node.set(Attribute.ofInt("num_heads", 4));
        if (kind.equals("causal")) {
            node.set(Attribute.ofInt("unidirectional", 1));
        }
        test.same(1e-5);
    }

    @Test
    void multiHeadAttentionWithPast() throws Exception {
        test.node(
                        "com.microsoft",
                        "MultiHeadAttention",
                        WITH_CACHES,
                        test.floats(2, 2, 16),
                        test.floats(2, 2, 16),
                        test.floats(2, 2, 16),
                        NONE,
                        NONE,
                        test.floats(2, 4, 2, 5),
                        test.floats(2, 4, 3, 4),
                        test.floats(2, 4, 3, 4))
                .set(Attribute.ofInt("num_heads", 4))
                .set(Attribute.ofFloat("scale", 0.4f));
        test.same(1e-5);
    }

    @Test
    void multiHeadAttentionWithKeysByHead() throws Exception {
        test.microsoft(
                        "MultiHeadAttention",
                        test.floats(2, 5, 16),
                        test.floats(2, 4, 7, 4),
                        test.floats(2, 4, 7, 4))
                .set(Attribute.ofInt("num_heads", 4));
        test.same(1e-5);
    }

    @ParameterizedTest
    @CsvSource({
        // window, softcap, smooth, rotary, interleaved
        "-1, 0, 0, 0, 0",
        "2, 0, 0, 0, 0",
        "-1, 3, 0, 0, 0",
        "-1, 0, 1, 0, 0",
        "-1, 0, 0, 1, 0",
        "-1, 0, 0, 1, 1"
    })
    void groupQueryAttentionOfAPrompt(
            int window, float softcap, int smooth, int rotary, int interleaved) throws Exception {
        groupQuery(6, null, 6, rotary != 0)
                .set(Attribute.ofInt("local_window_size", window))
                .set(Attribute.ofFloat("softcap", softcap))
                .set(Attribute.ofInt("smooth_softmax", smooth))
                .set(Attribute.ofInt("rotary_interleaved", interleaved));
        test.same(1e-5);
    }

    @ParameterizedTest
    @CsvSource({"1, 4, 5, 0", "1, 4, 5, 1", "1, 8, 5, 1", "3, 4, 7, 1"})
    void groupQueryAttentionWithPast(int tokens, int room, int total, int rotary) throws Exception {
        Tensor past = test.floatTensor(1, 1, 2, room, 16);
        // Room that is not filled is undefined afterwards: compared as zero.
        for (int i = 0; i < past.size(); i++) {
            if (i / 16 % room >= total - tokens) {
                past.buffer().putFloat(4 * i, 0);
            }
        }
        groupQuery(tokens, past, total, rotary != 0);
        test.same(1e-5);
    }

    private Node groupQuery(int tokens, Tensor past, int total, boolean rotary) {
        Value past1 = past == null ? NONE : test.given(past);
        Value past2 = past == null ? NONE : test.given(past);
        int batches = past == null ? 2 : 1;
        int[] lengths = new int[batches];
        Arrays.fill(lengths, total - 1);
        return test.node(
                        "com.microsoft",
                        "GroupQueryAttention",
                        WITH_CACHES,
                        test.floats(batches, tokens, 64),
                        test.floats(batches, tokens, 32),
                        test.floats(batches, tokens, 32),
                        past1,
                        past2,
                        test.ints(lengths),
                        test.given(Tensor.ofInts(new int[] {total})),
                        rotary ? test.constant(test.floatTensor(1, 16, 8)) : NONE,
                        rotary ? test.constant(test.floatTensor(1, 16, 8)) : NONE)
                .set(Attribute.ofInt("num_heads", 4))
                .set(Attribute.ofInt("kv_num_heads", 2))
                .set(Attribute.ofInt("do_rotary", rotary ? 1 : 0));
    }

    @Test
    void groupQueryAttentionOfPackedInputs() throws Exception {
        test.node(
                        "com.microsoft",
                        "GroupQueryAttention",
                        WITH_CACHES,
                        test.floats(2, 3, 64),
                        NONE,
                        NONE,
                        NONE,
                        NONE,
                        test.ints(2, 2),
                        test.given(Tensor.ofInts(new int[] {3})),
                        NONE,
                        NONE,
                        NONE,
                        test.floats(1, 4, 3, 3))
                .set(Attribute.ofInt("num_heads", 4))
                .set(Attribute.ofInt("kv_num_heads", 2));
        test.same(1e-5);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 1", "1, 0, 1", "0, 4, 2", "1, 0, 2"})
    void rotaryEmbedding(int interleaved, int width, int ranks) throws Exception {
        int half = width == 0 ? 4 : width / 2;
        Value positions =
                ranks == 1
                        ? test.given(Tensor.ofLongs(new long[] {3}, 1))
                        : test.given(Numbers.ofLongs(new long[] {0, 1, 2, 5, 6, 7}, 2, 3));
        Value x = ranks == 1 ? test.floats(2, 3, 16) : test.floats(2, 2, 3, 8);
        Node node =
                test.microsoft(
                        "RotaryEmbedding",
                        x,
                        positions,
                        test.floats(10, half),
                        test.floats(10, half));
        node.set(Attribute.ofInt("interleaved", interleaved));
        if (width > 0) {
            node.set(Attribute.ofInt("rotary_embedding_dim", width));
            node.set(Attribute.ofInt("num_heads", 2));
        }
        test.same(1e-5);
    }

    /** 0 and 1, never all 0 in a row. */
    private Tensor mask(long... shape) {
        Tensor mask = test.codeTensor(DataType.INT32, shape);
        for (int i = 0; i < mask.size(); i++) {
            int last = (int) shape[shape.length - 1] - 1;
            int bit = i % (last + 1) == last ? 1 : mask.buffer().getInt(4 * i) & 1;
            mask.buffer().putInt(4 * i, bit);
        }
        return mask;
    }
}
