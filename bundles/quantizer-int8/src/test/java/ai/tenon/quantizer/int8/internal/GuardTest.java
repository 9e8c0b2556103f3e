package ai.tenon.quantizer.int8.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.quantize.QuantizationScheme;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuardTest {
    /** A depthwise convolution whose channels differ in size a lot, between two others. */
    private static Small net() {
        Small small = new Small();
        Value x = small.input("x", 1, 4, 8, 8);
        Value a = small.node("Conv", "a", x, small.weights("wa", 4, 4, 1, 1));
        float[] channels = {1, -0.5f, 0.014f, 0.0118f};
        Value w = small.graph.addInitializer("wb", Tensor.ofFloats(channels, 4, 1, 1, 1));
        Value b = small.with(small.node("Conv", "b", a, w), Attribute.ofInt("group", 4));
        // what reads the small channels multiplies them by more
        float[] balance = new float[16];
        for (int i = 0; i < 16; i++) {
            balance[i] = (i / 4 % 2 == 0 ? 1 : -1) * (i % 4 < 2 ? 0.1f : 4);
        }
        Value v = small.graph.addInitializer("wc", Tensor.ofFloats(balance, 4, 4, 1, 1));
        return small.output(small.node("Conv", "c", small.node("Relu", "r", b), v), 1, 4, 8, 8);
    }

    @Test
    void onnxRuntimeDoesNotQuantizeWhatIsExcluded() throws Exception {
        QuantizationScheme scheme =
                QuantizationScheme.of("int8-static").with("exclude-classes", "Conv.depthwise");
        Small small = net();
        Map<String, Tensor> input = Map.of("x", small.normal(1, 1, 4, 8, 8));
        small.quantize(scheme, List.of(input));
        assertTrue(small.operators().contains("LeakyRelu"));
        float[] reference = Small.reference(small.model, input).get("c").toFloats();
        float[] ort = Small.onnxRuntime(small.model, input).get("c").toFloats();
        double sqnr = Small.sqnr(reference, ort);
        assertTrue(sqnr > 35, "SQNR of ONNX Runtime against the reference " + sqnr);
    }
}
