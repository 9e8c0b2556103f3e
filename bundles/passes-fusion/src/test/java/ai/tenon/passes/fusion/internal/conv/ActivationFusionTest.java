package ai.tenon.passes.fusion.internal.conv;

import static ai.tenon.passes.testing.Fixture.operators;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.optimize.GraphPass;
import ai.tenon.passes.fusion.internal.Ort;
import ai.tenon.passes.testing.Fixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ActivationFusionTest {
    private final Fixture f = new Fixture(14);

    private Value conv(String out, Value x) {
        return f.node(
                "Conv",
                out,
                List.of(x, f.weights(out + ".w", 4, 4, 3, 3)),
                Attribute.ofInts("pads", 1, 1, 1, 1));
    }

    private Value activated(String type, Value x) {
        List<Value> inputs = new ArrayList<>(List.of(x));
        if (type.equals("Clip")) {
            inputs.add(f.constant("low", new float[] {-0.5f}));
            inputs.add(f.constant("high", new float[] {1.5f}));
        }
        Value y = f.node(type, "y", inputs);
        if (type.equals("LeakyRelu")) {
            y.producer().set(Attribute.ofFloat("alpha", 0.3f));
        }
        return y;
    }

    /** Applies the pass and compares under ONNX Runtime, which defines the fused operators. */
    private Model after(GraphPass pass, int changes) {
        Model changed = f.model().copy();
        assertEquals(changes, pass.apply(changed, Map.of()).changes());
        Ort.assertSame(f.model(), changed, pass.tolerance());
        return changed;
    }

    @ParameterizedTest
    @ValueSource(strings = {"Relu", "LeakyRelu", "Clip", "Sigmoid", "Tanh", "HardSigmoid"})
    void convTakesTheActivation(String type) {
        f.output(activated(type, conv("c", f.input("x", 1, 4, 5, 5))), 1, 4, 5, 5);

        assertEquals(List.of("com.microsoft.FusedConv"), operators(after(new ConvActivation(), 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Relu", "LeakyRelu", "Clip", "Sigmoid", "Tanh", "HardSigmoid"})
    void convTakesResidualAndActivation(String type) {
        Value x = f.input("x", 1, 4, 5, 5);
        f.output(activated(type, f.node("Add", "s", List.of(x, conv("c", x)))), 1, 4, 5, 5);

        assertEquals(List.of("com.microsoft.FusedConv"), operators(after(new ConvActivation(), 1)));
    }

    @Test
    void convTakesTheResidualAlone() {
        Value x = f.input("x", 1, 4, 5, 5);
        f.output(f.node("Add", "y", List.of(conv("c", x), conv("d", x))), 1, 4, 5, 5);

        assertEquals(
                List.of("Conv", "com.microsoft.FusedConv"),
                operators(after(new ConvActivation(), 1)));
    }

    @Test
    void residualsThatAreBroadcastStayAndSoDoOtherActivations() {
        Value x = f.input("x", 1, 4, 5, 5);
        Value z = f.input("z", 1, 4, 1, 1);
        f.output(f.node("Add", "s", List.of(conv("c", x), z)), 1, 4, 5, 5);
        f.output(f.node("Softplus", "y", List.of(conv("d", x))), 1, 4, 5, 5);

        after(new ConvActivation(), 0);
    }

    @Test
    void resultsThatOthersReadStay() {
        Value c = conv("c", f.input("x", 1, 4, 5, 5));
        f.output(activated("Relu", c), 1, 4, 5, 5).output(c, 1, 4, 5, 5);

        after(new ConvActivation(), 0);
    }

    @Test
    void quantizedConvsStay() {
        Value scale = f.constant("scale", new float[] {0.1f});
        Value q = f.node("QuantizeLinear", "q", List.of(f.input("x", 1, 4, 5, 5), scale));
        Value x = f.node("DequantizeLinear", "dq", List.of(q, scale));
        f.output(activated("Relu", conv("c", x)), 1, 4, 5, 5);

        after(new ConvActivation(), 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Relu", "LeakyRelu", "Sigmoid", "Tanh"})
    void gemmTakesTheActivation(String type) {
        Value gemm =
                f.node(
                        "Gemm",
                        "g",
                        List.of(f.input("x", 2, 4), f.weights("w", 3, 4), f.weights("b", 3)),
                        Attribute.ofInt("transB", 1),
                        Attribute.ofFloat("alpha", 0.5f));
        f.output(activated(type, gemm), 2, 3);

        assertEquals(List.of("com.microsoft.FusedGemm"), operators(after(new GemmActivation(), 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Clip", "HardSigmoid"})
    void gemmLeavesWhatItCannotCompute(String type) {
        Value gemm = f.node("Gemm", "g", List.of(f.input("x", 2, 4), f.weights("w", 4, 3)));
        f.output(activated(type, gemm), 2, 3);

        after(new GemmActivation(), 0);
    }
}
