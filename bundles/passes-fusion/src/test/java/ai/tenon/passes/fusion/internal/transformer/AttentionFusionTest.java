package ai.tenon.passes.fusion.internal.transformer;

import static ai.tenon.passes.testing.Fixture.operators;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.passes.testing.Fixture;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attentions of 4 heads of size 8. */
class AttentionFusionTest {
    private final Fixture f = new Fixture(13);
    private int names;

    private Value op(String type, Value... inputs) {
        return f.node(type, "v" + names++, List.of(inputs));
    }

    private Value number(double value) {
        return f.constant("c" + names++, new float[] {(float) value}, 1);
    }

    private Value ints(long... values) {
        return f.integers("i" + names++, values);
    }

    private Value turn(Value x, long... perm) {
        return f.node("Transpose", "v" + names++, List.of(x), Attribute.ofInts("perm", perm));
    }

    private Value softmax(Value x, long axis) {
        return f.node("Softmax", "v" + names++, List.of(x), Attribute.ofInt("axis", axis));
    }

    private Value join(Value a, Value b) {
        return f.node("Concat", "v" + names++, List.of(a, b), Attribute.ofInt("axis", 2));
    }

    /** [batch, tokens, heads · 8] to [batch, heads, tokens, 8]. */
    private Value split(Value x, long heads) {
        return turn(op("Reshape", x, ints(0, 0, heads, 8)), 0, 2, 1, 3);
    }

    private Value merge(Value x) {
        return op("Reshape", turn(x, 0, 2, 1, 3), ints(0, 0, 32));
    }

    private Value project(Value x, long columns) {
        return op("MatMul", x, f.weights("w" + names++, 32, columns));
    }

    private Node attention(Model model) {
        return model.graph().nodes().stream()
                .filter(node -> node.opType().equals("Attention"))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void bertWithItsMask(int spelling) {
        Value x = f.input("x", -1, -1, 32);
        Value hidden = f.input("hidden", -1, 1, 1, -1);
        Value q = split(project(x, 32), 4);
        Value k =
                spelling == 1
                        ? turn(split(project(x, 32), 4), 0, 1, 3, 2)
                        : turn(op("Reshape", project(x, 32), ints(0, -1, 4, 8)), 0, 2, 3, 1);
        Value root = number(Math.sqrt(8));
        Value scores =
                switch (spelling) {
                    case 2 -> op("MatMul", op("Div", q, root), k);
                    case 3 -> op("MatMul", op("Mul", q, number(0.6)), op("Mul", k, number(0.6)));
                    case 4 -> op("Mul", number(0.3), op("MatMul", q, k));
                    default -> op("Div", op("MatMul", q, k), root);
                };
        // [batch, 1, 1, tokens]: what is hidden for every query, of the inputs' own length
        Value tokens = f.node("Shape", "tokens", List.of(x));
        Value mask = op("Mul", hidden, number(-3));
        Value shape =
                f.node(
                        "Concat",
                        "mask_shape",
                        List.of(ints(1, 1, 1), op("Slice", tokens, ints(1), ints(2))),
                        Attribute.ofInt("axis", 0));
        Value masked = op("Add", scores, op("Expand", mask, shape));
        Value y = merge(op("MatMul", softmax(masked, 3), split(project(x, 32), 4)));
        f.output(y, -1, -1, 32);
        Model after = f.after(new AttentionFusion(), 1);
        Node attention = attention(after);
        assertEquals(4, attention.intAttribute("q_num_heads", 0));
        assertEquals(4, attention.inputs().size());
        assertFalse(operators(after).contains("Softmax"));
        assertFalse(operators(after).contains("Transpose"));
    }

    @Test
    void shapesThatAreComputedGoToo() {
        Value x = f.input("x", -1, -1, 32);
        Value q = headsByShape(project(x, 32));
        Value k = headsByShape(project(x, 32));
        Value v = headsByShape(project(x, 32));
        Value scores = op("MatMul", turn(q, 0, 2, 1, 3), turn(k, 0, 2, 3, 1));
        Value y = op("MatMul", softmax(scores, -1), turn(v, 0, 2, 1, 3));
        Value bySequence = turn(y, 0, 2, 1, 3);
        Value shape = f.node("Shape", "s" + names++, List.of(bySequence));
        Value wanted =
                f.node(
                        "Concat",
                        "n" + names++,
                        List.of(dim(shape, 0), dim(shape, 1), ints(32)),
                        Attribute.ofInt("axis", 0));
        f.output(op("Reshape", bySequence, wanted), -1, -1, 32);
        Model after = f.after(new AttentionFusion(), 1);
        assertEquals(List.of("MatMul", "MatMul", "MatMul", "Attention"), operators(after));
        assertEquals(1, attention(after).floatAttribute("scale", 0));
    }

    private Value headsByShape(Value x) {
        Value shape = f.node("Shape", "s" + names++, List.of(x));
        Value wanted =
                f.node(
                        "Concat",
                        "n" + names++,
                        List.of(dim(shape, 0), dim(shape, 1), ints(4), ints(8)),
                        Attribute.ofInt("axis", 0));
        return op("Reshape", x, wanted);
    }

    private Value dim(Value shape, long index) {
        Value scalar = f.graph().addInitializer("i" + names++, Numbers.ofLongs(new long[] {index}));
        return op("Unsqueeze", op("Gather", shape, scalar), ints(0));
    }

    @Test
    void gptWithItsTriangleAndCache() {
        Value x = f.input("x", 2, 3, 32);
        Value k = join(f.input("past_k", 2, 4, 5, 8), split(project(x, 32), 4));
        Value v = join(f.input("past_v", 2, 4, 5, 8), split(project(x, 32), 4));
        Value scores =
                op("Div", op("MatMul", split(project(x, 32), 4), turn(k, 0, 1, 3, 2)), number(2));
        double[] triangle = new double[16 * 16];
        Arrays.setAll(triangle, i -> i % 16 <= i / 16 ? 1 : 0);
        Value bias =
                f.graph()
                        .addInitializer(
                                "triangle", Numbers.of(DataType.BOOL, triangle, 1, 1, 16, 16));
        Value rows = op("Slice", bias, ints(5), ints(8), ints(2));
        Value visible = op("Slice", rows, ints(0), ints(8), ints(3));
        Value masked = op("Where", visible, scores, number(-10000));
        Value padded = op("Add", masked, op("Neg", op("Abs", f.input("hidden", 2, 1, 3, 8))));
        Value y = merge(op("MatMul", softmax(padded, -1), v));
        f.output(y, 2, 3, 32);
        f.output(k, 2, 4, 8, 8);
        f.output(v, 2, 4, 8, 8);
        Model after = f.after(new AttentionFusion(), 1);
        Node attention = attention(after);
        assertEquals("past_k", attention.input(4).name());
        assertEquals(3, attention.outputs().size());
        assertFalse(operators(after).contains("Concat"));
    }

    @Test
    void aMaskMadeOfTheCacheLeavesTheCacheOutside() {
        Value x = f.input("x", 2, 3, 32);
        Value k = join(f.input("past_k", 2, 4, 5, 8), split(project(x, 32), 4));
        Value v = join(f.input("past_v", 2, 4, 5, 8), split(project(x, 32), 4));
        Value scores = op("MatMul", split(project(x, 32), 4), turn(k, 0, 1, 3, 2));
        Value sums =
                f.node(
                        "ReduceMean",
                        "sums",
                        List.of(turn(k, 0, 3, 1, 2)),
                        Attribute.ofInts("axes", 1, 2));
        Value mask = op("Add", turn(sums, 0, 1, 2, 3), f.weights("rows", 3, 1));
        Value y = merge(op("MatMul", softmax(op("Add", scores, mask), -1), v));
        f.output(y, 2, 3, 32);
        Model after = f.after(new AttentionFusion(), 1);
        assertTrue(operators(after).contains("Concat"));
        assertEquals(4, attention(after).inputs().size());
    }

    @Test
    void headsThatShareKeysAsCopies() {
        Value x = f.input("x", 2, 3, 32);
        Value k = repeated(split(project(x, 16), 2));
        Value v = repeated(split(project(x, 16), 2));
        Value scores = op("MatMul", split(project(x, 32), 4), turn(k, 0, 1, 3, 2));
        f.output(merge(op("MatMul", softmax(scores, -1), v)), 2, 3, 32);
        Model after = f.after(new AttentionFusion(), 1);
        assertEquals(2, attention(after).intAttribute("kv_num_heads", 0));
        assertFalse(operators(after).contains("Expand"));
    }

    private Value repeated(Value x) {
        Value copies = op("Expand", op("Unsqueeze", x, ints(2)), ints(2, 2, 2, 3, 8));
        return op("Reshape", copies, ints(2, 4, 3, 8));
    }

    @Test
    void headsThatShareKeysByAnAxis() {
        Value x = f.input("x", 2, 3, 32);
        Value q = op("Reshape", split(project(x, 32), 4), ints(0, 2, 2, -1, 8));
        Value k = op("Unsqueeze", split(project(x, 16), 2), ints(2));
        Value v = op("Unsqueeze", split(project(x, 16), 2), ints(2));
        Value scores = op("Mul", op("MatMul", q, turn(k, 0, 1, 2, 4, 3)), number(0.4));
        Value masked = op("Add", scores, f.input("mask", 2, 1, 1, 3, 3));
        Value y = op("Reshape", op("MatMul", softmax(masked, -1), v), ints(0, 4, -1, 8));
        f.output(merge(y), 2, 3, 32);
        Model after = f.after(new AttentionFusion(), 1);
        assertEquals(2, attention(after).intAttribute("kv_num_heads", 0));
        assertTrue(operators(after).contains("Squeeze"));
    }

    @Test
    void masksServeSeveralAttentions() {
        Value x = f.input("x", 2, 3, 32);
        Value mask = f.input("mask", 2, 1, 1, 3);
        for (int i = 0; i < 2; i++) {
            Value k = turn(split(project(x, 32), 4), 0, 1, 3, 2);
            Value scores = op("Add", op("MatMul", split(project(x, 32), 4), k), mask);
            x = merge(op("MatMul", softmax(scores, -1), split(project(x, 32), 4)));
        }
        f.output(x, 2, 3, 32);
        Model after = f.after(new AttentionFusion(), 2);
        assertEquals(1, operators(after).stream().filter("Expand"::equals).count());
    }

    @Test
    void probabilitiesThatSomebodyElseReadsStay() {
        Value x = f.input("x", 2, 3, 32);
        Value k = turn(split(project(x, 32), 4), 0, 1, 3, 2);
        Value probabilities = softmax(op("MatMul", split(project(x, 32), 4), k), -1);
        f.output(merge(op("MatMul", probabilities, split(project(x, 32), 4))), 2, 3, 32);
        f.output(probabilities, 2, 4, 3, 3);
        f.after(new AttentionFusion(), 0);
        assertEquals(13, f.model().opset(""));
    }

    @Test
    void aScaledMaskOrAnotherAxisIsNoAttention() {
        Value x = f.input("x", 2, 3, 32);
        Value k = turn(split(project(x, 32), 4), 0, 1, 3, 2);
        Value v = split(project(x, 32), 4);
        Value product = op("MatMul", split(project(x, 32), 4), k);
        Value masked = op("Mul", op("Add", product, f.input("m", 2, 1, 3, 3)), number(2));
        f.output(merge(op("MatMul", softmax(masked, -1), v)), 2, 3, 32);
        f.output(merge(op("MatMul", softmax(op("Neg", product), 2), v)), 2, 3, 32);
        f.after(new AttentionFusion(), 0);
    }

    @Test
    void aConditionThatMayHideEverythingStays() {
        Value x = f.input("x", 2, 3, 32);
        Value k = turn(split(project(x, 32), 4), 0, 1, 3, 2);
        Value visible = op("Greater", f.input("m", 2, 1, 3, 3), number(0));
        Value scores = op("MatMul", split(project(x, 32), 4), k);
        Value masked = op("Where", visible, scores, number(-10000));
        f.output(merge(op("MatMul", softmax(masked, -1), split(project(x, 32), 4))), 2, 3, 32);
        f.after(new AttentionFusion(), 0);
    }

    @Test
    void aJoinThatMayMixTheBatchStaysOutside() {
        Value x = f.input("x", 2, 3, 32);
        Value k = turn(split(project(x, 32), 4), 0, 1, 3, 2);
        Value scores = op("MatMul", split(project(x, 32), 4), k);
        Value y = op("MatMul", softmax(scores, -1), split(project(x, 32), 4));
        f.output(op("Reshape", turn(y, 0, 2, 1, 3), ints(3, 2, 32)), 3, 2, 32);
        Model after = f.after(new AttentionFusion(), 1);
        assertEquals(
                "Reshape", after.graph().nodes().get(after.graph().nodes().size() - 1).opType());
        assertEquals(0, attention(after).intAttribute("q_num_heads", 0));
    }
}
