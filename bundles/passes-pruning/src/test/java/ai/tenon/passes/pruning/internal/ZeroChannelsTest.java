package ai.tenon.passes.pruning.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.passes.testing.Fixture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ZeroChannelsTest {
    private final Fixture f = new Fixture(14);
    private final ZeroChannels pass = new ZeroChannels();

    /** Random weights, zero for these positions of the first dimension. */
    private Value weights(String name, long[] shape, int... zero) {
        Value value = f.weights(name, shape);
        Tensor tensor = (Tensor) value.constant();
        int row = tensor.size() / (int) shape[0];
        for (int channel : zero) {
            for (int i = 0; i < row; i++) {
                tensor.buffer().putFloat(4 * (channel * row + i), 0);
            }
        }
        return value;
    }

    /** A Conv with a window of 3 x 3 and some channels whose weights are zero. */
    private Value conv(
            String out, Value x, long from, long to, long pad, boolean bias, int... zero) {
        List<Value> inputs =
                new ArrayList<>(List.of(x, weights(out + ".w", new long[] {to, from, 3, 3}, zero)));
        if (bias) {
            inputs.add(f.weights(out + ".b", to));
        }
        return f.node("Conv", out, inputs, Attribute.ofInts("pads", pad, pad, pad, pad));
    }

    private static long channels(Model model, int node) {
        return ((Tensor) model.graph().nodes().get(node).input(1).constant()).dim(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Relu",
                "LeakyRelu",
                "Sigmoid",
                "Tanh",
                "HardSigmoid",
                "HardSwish",
                "Identity",
                "Softplus",
                "Exp"
            })
    void theBiasOfTheNextLayerTakesWhatIsConstant(String activation) {
        Value x = f.input("x", 1, 2, 8, 8);
        Value a = f.node(activation, "r", List.of(conv("a", x, 2, 6, 1, true, 1, 4)));
        f.output(conv("y", a, 6, 3, 0, false), 1, 3, 6, 6);

        Model after = f.after(pass, 1);

        assertEquals(4, channels(after, 0));
        assertArrayEquals(
                new long[] {3, 4, 3, 3},
                ((Tensor) after.graph().nodes().get(2).input(1).constant()).shape());
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 1"})
    void paddingIsPassedByZerosOnly(boolean bias, int changes) {
        Value a = conv("a", f.input("x", 1, 2, 6, 6), 2, 6, 1, bias, 0, 5);
        f.output(conv("y", f.node("Relu", "r", List.of(a)), 6, 3, 1, true), 1, 3, 6, 6);

        f.after(pass, changes);
    }

    @Test
    void channelsGoThroughDepthwiseConvNormalizationAndPooling() {
        Value a = conv("a", f.input("x", 1, 2, 8, 8), 2, 6, 1, false, 0, 3, 5);
        Value depthwise =
                f.node(
                        "Conv",
                        "d",
                        List.of(a, f.weights("d.w", 6, 1, 3, 3), f.weights("d.b", 6)),
                        Attribute.ofInt("group", 6),
                        Attribute.ofInts("pads", 1, 1, 1, 1));
        Value clipped =
                f.node(
                        "Clip",
                        "c",
                        List.of(
                                f.normalized("n", depthwise, 6),
                                f.scalar("low", -1),
                                f.scalar("high", 2)));
        Value scaled = f.node("Mul", "m", List.of(clipped, f.weights("k", 6, 1, 1)));
        Value slope = f.node("PRelu", "p", List.of(scaled, f.positive("s", 6, 1, 1)));
        Value pooled =
                f.node("MaxPool", "q", List.of(slope), Attribute.ofInts("kernel_shape", 2, 2));
        f.output(conv("y", pooled, 6, 3, 0, true), 1, 3, -1, -1);
        // what PRelu makes of a negative number is not followed: make all of them positive
        Model model = f.model();
        makePositive(model, "n.b", "d.b", "k");

        Model after = f.after(pass, 1);

        assertEquals(3, channels(after, 0));
        assertEquals(3, after.graph().nodes().get(1).intAttribute("group", 0));
    }

    private static void makePositive(Model model, String... names) {
        for (String name : names) {
            Tensor tensor = (Tensor) model.graph().value(name).constant();
            for (int i = 0; i < tensor.size(); i++) {
                tensor.buffer().putFloat(4 * i, 5 + Math.abs(tensor.buffer().getFloat(4 * i)));
            }
        }
        Tensor mean = (Tensor) model.graph().value("n.mean").constant();
        Tensor scale = (Tensor) model.graph().value("n.scale").constant();
        for (int i = 0; i < mean.size(); i++) {
            mean.buffer().putFloat(4 * i, 0);
            scale.buffer().putFloat(4 * i, Math.abs(scale.buffer().getFloat(4 * i)));
        }
    }

    @Test
    void residualsLoseWhatAllBranchesLack() {
        Value stem = conv("stem", f.input("x", 1, 2, 6, 6), 2, 6, 1, false, 1, 2);
        Value a = f.node("Relu", "ra", List.of(conv("a", stem, 6, 6, 1, false, 2, 3)));
        Value sum = f.node("Add", "s", List.of(stem, a));
        f.output(conv("y", f.node("Relu", "r", List.of(sum)), 6, 3, 1, true), 1, 3, 6, 6);

        Model after = f.after(pass, 1);

        assertEquals(5, channels(after, 0));
        assertEquals(5, channels(after, 1));
    }

    @Test
    void gatesLoseWhatTheyWouldMultiplyByZero() {
        Value a = conv("a", f.input("x", 1, 2, 6, 6), 2, 6, 1, false, 0, 1);
        Value mean = f.node("GlobalAveragePool", "g", List.of(a));
        Value inner =
                f.node(
                        "Conv",
                        "i",
                        List.of(mean, f.weights("i.w", 3, 6, 1, 1), f.weights("i.b", 3)));
        Value outer =
                f.node(
                        "Conv",
                        "o",
                        List.of(inner, f.weights("o.w", 6, 3, 1, 1), f.weights("o.b", 6)));
        Value gate = f.node("HardSigmoid", "h", List.of(outer));
        Value product = f.node("Mul", "m", List.of(a, gate));
        f.output(conv("y", product, 6, 3, 1, true), 1, 3, 6, 6);

        Model after = f.after(pass, 1);

        assertEquals(4, channels(after, 0));
        assertEquals(4, channels(after, 3));
    }

    @ParameterizedTest
    @CsvSource({"Flatten, 0, 0", "Reshape, -1, 96", "Reshape, 0, -1", "Reshape, 2, 96"})
    void flatteningIsFollowedIntoAGemm(String operator, long rows, long columns) {
        Value a =
                f.node(
                        "Sigmoid",
                        "r",
                        List.of(conv("a", f.input("x", 2, 2, 6, 6), 2, 6, 0, true, 0, 4)));
        Value flat =
                operator.equals("Flatten")
                        ? f.node("Flatten", "f", List.of(a))
                        : f.node("Reshape", "f", List.of(a, f.integers("to", rows, columns)));
        f.output(
                f.node(
                        "Gemm",
                        "y",
                        List.of(flat, f.weights("g.w", 5, 96), f.weights("g.b", 5)),
                        Attribute.ofInt("transB", 1),
                        Attribute.ofFloat("alpha", 0.5f),
                        Attribute.ofFloat("beta", 2)),
                2,
                5);

        assertEquals(4, channels(f.after(pass, 1), 0));
    }

    @Test
    void gemmsAndMatMulsLoseChannelsToo() {
        Value hidden =
                f.node(
                        "Gemm",
                        "a",
                        List.of(f.input("x", 2, 4), weights("a.w", new long[] {6, 4}, 2, 3)),
                        Attribute.ofInt("transB", 1));
        Value relu = f.node("Relu", "r", List.of(hidden));
        f.output(f.node("MatMul", "y", List.of(relu, f.weights("y.w", 6, 3))), 2, 3);

        assertEquals(4, channels(f.after(pass, 1), 0));
    }

    @Test
    void transposedConvsAndTransposesAreFollowed() {
        Value a = conv("a", f.input("x", 1, 2, 4, 4), 2, 6, 1, false, 5);
        Value last = f.node("Transpose", "t", List.of(a), Attribute.ofInts("perm", 0, 2, 3, 1));
        Value scaled = f.node("Mul", "m", List.of(last, f.weights("k", 6)));
        Value first =
                f.node("Transpose", "u", List.of(scaled), Attribute.ofInts("perm", 0, 3, 1, 2));
        f.output(
                f.node("ConvTranspose", "y", List.of(first, f.weights("y.w", 6, 3, 2, 2))),
                1,
                3,
                5,
                5);

        assertEquals(5, channels(f.after(pass, 1), 0));
    }

    @Test
    void oneChannelAlwaysStays() {
        Value a = conv("a", f.input("x", 1, 2, 6, 6), 2, 3, 0, true, 0, 1, 2);
        f.output(conv("y", a, 3, 2, 0, true), 1, 2, 2, 2);

        assertEquals(1, channels(f.after(pass, 1), 0));
    }

    @Test
    void sharedWeightsAreCutForOneLayerOnly() {
        Value x = f.input("x", 1, 6, 8, 8);
        Value w = weights("w", new long[] {6, 6, 3, 3}, 1);
        Value a = f.node("Conv", "a", List.of(x, w));
        f.output(f.node("Conv", "y", List.of(a, w)), 1, 6, 4, 4);

        Model after = f.after(pass, 1);

        assertEquals(5, channels(after, 0));
        assertEquals(6, channels(after, 1));
    }

    @Test
    void whatOthersNeedStays() {
        Value x = f.input("x", 1, 2, 8, 8);
        Value seen = conv("seen", x, 2, 6, 0, false, 0);
        f.output(seen, 1, 6, 6, 6);
        f.output(conv("y", seen, 6, 3, 0, false), 1, 3, 4, 4);
        Value joined =
                f.node(
                        "Concat",
                        "j",
                        List.of(conv("b", x, 2, 3, 0, false, 0), conv("c", x, 2, 3, 0, false, 1)),
                        Attribute.ofInt("axis", 1));
        f.output(conv("z", joined, 6, 3, 0, false), 1, 3, 4, 4);
        Value grouped = conv("d", x, 2, 6, 0, false, 0);
        f.output(
                f.node(
                        "Conv",
                        "g",
                        List.of(grouped, f.weights("g.w", 4, 3, 3, 3)),
                        Attribute.ofInt("group", 2)),
                1,
                4,
                4,
                4);
        Value soft = f.node("Softmax", "s", List.of(conv("e", x, 2, 6, 0, false, 0)));
        f.output(conv("q", soft, 6, 3, 0, false), 1, 3, 4, 4);

        f.after(pass, 0);
    }

    @Test
    void whatABranchReadsStays() {
        Value a = conv("a", f.input("x", 1, 2, 6, 6), 2, 3, 0, false, 0);
        Value condition =
                f.graph()
                        .addInitializer(
                                "c",
                                ai.tenon.graph.numeric.Numbers.ofBooleans(new boolean[] {true}));
        ai.tenon.graph.Graph branch = new ai.tenon.graph.Graph("branch");
        branch.addOutput(Fixture.node(branch, "Relu", "inner", List.of(a)));
        ai.tenon.graph.Graph other = new ai.tenon.graph.Graph("other");
        other.addOutput(Fixture.node(other, "Neg", "inner2", List.of(a)));
        Value result =
                f.node(
                        "If",
                        "i",
                        List.of(condition),
                        Attribute.ofGraph("then_branch", branch),
                        Attribute.ofGraph("else_branch", other));
        f.output(result, 1, 3, 4, 4);
        f.output(conv("y", a, 3, 2, 0, false), 1, 2, 2, 2);

        f.after(pass, 0);
    }

    @Test
    void declaredShapesFollow() {
        Value a = conv("a", f.input("x", 1, 2, 6, 6), 2, 6, 0, false, 0, 4);
        a.setType(ai.tenon.graph.ValueType.tensor(ai.tenon.graph.DataType.FLOAT, 1, 6, 4, 4));
        f.output(conv("y", a, 6, 2, 0, true), 1, 2, 2, 2);

        Model after = f.after(pass, 1);

        Node first = after.graph().nodes().get(0);
        assertArrayEquals(new long[] {1, 4, 4, 4}, first.output(0).tensorType().shape().lengths());
    }
}
