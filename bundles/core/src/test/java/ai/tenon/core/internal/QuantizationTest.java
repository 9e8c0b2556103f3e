package ai.tenon.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.tenon.core.internal.Quantization.Kind;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantizationTest {
    private static final String MICROSOFT = "com.microsoft";
    private final Graph graph = new Graph("test");
    private final Model model = new Model(graph);
    private final Value x = graph.addInput("x", ValueType.tensor(DataType.FLOAT, 2));
    private final Value scale = graph.addInitializer("scale", Tensor.ofFloats(new float[] {1}, 1));

    private static Node node(Graph in, String domain, String type, Value... inputs) {
        Value out = in.freshValue(type, null);
        return in.add(domain, type, type.toLowerCase(), Arrays.asList(inputs), List.of(out));
    }

    private Value node(String domain, String type, Value... inputs) {
        return node(graph, domain, type, inputs).output(0);
    }

    private Kind kind() {
        return Quantization.of(model).kind();
    }

    @Test
    void whatIsComputedInFloatIsNotQuantized() {
        Value codes = graph.addInitializer("codes", Tensor.allocate(DataType.INT8, 2));
        Value weights = node("", "DequantizeLinear", codes, scale);
        node("", "MatMul", node("", "Relu", x), weights);
        node("my", "QuantizeLinear", x, scale);
        assertEquals(Kind.NONE, kind());
        assertNull(Quantization.of(model).node());
    }

    @ParameterizedTest
    @CsvSource({
        "'', QuantizeLinear, STATIC",
        "com.microsoft, QuantizeLinear, STATIC",
        "'', QLinearMatMul, STATIC",
        "com.microsoft, QLinearAdd, STATIC",
        "com.microsoft, QGemm, STATIC",
        "com.microsoft, MatMulNBits, STATIC",
        "'', DynamicQuantizeLinear, DYNAMIC",
        "com.microsoft, DynamicQuantizeMatMul, DYNAMIC",
        "my, DynamicQuantizeLinear, NONE",
        "'', MatMulInteger, NONE",
    })
    void operatorsSayIt(String domain, String type, Kind kind) {
        node(domain, type, x, scale);
        assertEquals(kind, kind());
    }

    @Test
    void theCoarsestKindCountsAndItsFirstNodeIsNamed() {
        Node fixed = node("", "QuantizeLinear", x, scale).producer();
        assertEquals(fixed, Quantization.of(model).node());
        Node dynamic = node("", "DynamicQuantizeLinear", x).producer();
        node("", "DynamicQuantizeLinear", x);
        assertEquals(new Quantization(Kind.DYNAMIC, dynamic), Quantization.of(model));
    }

    @Test
    void aScaleThatFollowsTheInputIsDynamicAndOneOfConstantsIsNot() {
        node("", "QuantizeLinear", x, node("", "Mul", scale, node("", "Constant")));
        assertEquals(Kind.STATIC, kind());
        node("", "QuantizeLinear", x, node("", "Div", node("", "ReduceMax", x), scale));
        assertEquals(Kind.DYNAMIC, kind());
    }

    @Test
    void theAccuracyLevelSaysWhatAProductDoesToActivations() {
        Node product = node(MICROSOFT, "MatMulNBits", x).producer();
        assertEquals(Kind.STATIC, kind());
        product = node(graph, MICROSOFT, "MatMulNBits", x);
        product.set(Attribute.ofInt("accuracy_level", 1));
        assertEquals(Kind.STATIC, kind());
        product.set(Attribute.ofInt("accuracy_level", 4));
        assertEquals(new Quantization(Kind.DYNAMIC, product), Quantization.of(model));
    }

    @Test
    void weightsOfFourBitsMayBeMultipliedByRoundedActivations() {
        Value codes = graph.addInitializer("codes", Tensor.allocate(DataType.UINT4, 2, 2));
        node("", "MatMul", x, node("", "DequantizeLinear", codes, scale));
        assertEquals(Kind.DYNAMIC, kind());
    }

    @Test
    void integersThatCallersGiveAreExactAndThoseThatTheModelMakesAreNot() {
        Value codes = graph.addInput("codes", ValueType.tensor(DataType.INT8, 2));
        node("", "MatMulInteger", node("", "Transpose", codes), codes);
        assertEquals(Kind.NONE, kind());
        node("", "MatMulInteger", node("", "QuantizeLinear", x, scale), codes);
        assertEquals(Kind.STATIC, kind());
        Value cast = node("", "Cast", node("", "Round", x));
        cast.producer().set(Attribute.ofInt("to", DataType.INT8.code()));
        node("", "ConvInteger", node("", "Transpose", cast), codes);
        assertEquals(Kind.DYNAMIC, kind());
    }

    @Test
    void subgraphsAreLookedAtHoweverDeep() {
        Graph inner = new Graph("inner");
        Node dynamic = node(inner, "", "DynamicQuantizeLinear", x);
        Graph outer = new Graph("outer");
        node(outer, "", "If", x).set(Attribute.ofGraph("then_branch", inner));
        node(graph, "", "Loop", x).set(Attribute.ofGraph("body", outer));
        assertEquals(new Quantization(Kind.DYNAMIC, dynamic), Quantization.of(model));
    }

    @Test
    void functionsAreLookedAt() {
        Graph body = new Graph("body");
        Value a = body.addInput("a", null);
        node(body, "", "QLinearConv", a);
        model.functions()
                .add(
                        new Function(
                                "my", "f", "", List.of(), List.of(), Map.of("", 21L), body, null));
        node("my", "f", x);
        assertEquals(Kind.STATIC, kind());
    }
}
