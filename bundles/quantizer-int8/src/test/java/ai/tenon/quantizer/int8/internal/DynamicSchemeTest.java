package ai.tenon.quantizer.int8.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.QuantizedLayer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DynamicSchemeTest {
    private static final QuantizationScheme SCHEME = QuantizationScheme.of("int8-dynamic");

    /** Two products of one activation, a third with everything that Gemm can do. */
    private static Small products() {
        Small small = new Small();
        Value x = small.input("x", 2, 64);
        Value a = small.node("MatMul", "a", x, small.weights("wa", 64, 24));
        Value b = small.node("MatMul", "b", x, small.weights("wb", 64, 24));
        Value sum = small.node("Add", "sum", a, b);
        Value gemm =
                small.with(
                        small.node(
                                "Gemm",
                                "gemm",
                                sum,
                                small.weights("wg", 10, 24),
                                small.weights("bias", 10)),
                        Attribute.ofInt("transB", 1),
                        Attribute.ofFloat("alpha", 0.5f),
                        Attribute.ofFloat("beta", 3));
        return small.output(gemm, 2, 10);
    }

    @ParameterizedTest
    @CsvSource({
        "per-channel,true,int8,false,34",
        "per-channel,false,int8,false,34",
        "per-channel,true,uint8,false,34",
        "per-tensor,false,uint8,false,34",
        "per-tensor,true,int8,false,34",
        "per-channel,true,int8,true,28"
    })
    void productsStayCloseOnBothEngines(
            String granularity, String symmetric, String type, String reduced, double atLeast)
            throws Exception {
        Small small = products();
        Map<String, Tensor> input = Map.of("x", small.normal(1, 2, 64));
        float[] exact = Small.reference(small.model, input).get("gemm").toFloats();
        QuantizationResult result =
                small.quantize(
                        SCHEME.with("granularity", granularity)
                                .with("symmetric", symmetric)
                                .with("weight-type", type)
                                .with("reduce-range", reduced));
        assertTrue(result.layers().stream().allMatch(QuantizedLayer::isQuantized));
        assertEquals(2, Collections.frequency(small.operators(), "DynamicQuantizeLinear"));
        assertEquals(3, Collections.frequency(small.operators(), "MatMulInteger"));
        assertTrue(
                small.graph.initializers().stream()
                        .noneMatch(value -> value.name().matches("w.|bias")));
        float[] reference = Small.reference(small.model, input).get("gemm").toFloats();
        float[] ort = Small.onnxRuntime(small.model, input).get("gemm").toFloats();
        assertArrayEquals(reference, ort, 2e-3f);
        assertTrue(Small.sqnr(exact, ort) > atLeast, "SQNR " + Small.sqnr(exact, ort));
    }

    @Test
    void rowsOfATableAreWithinHalfAQuantum() throws Exception {
        Small small = new Small();
        Value ids = small.graph.addInput("ids", ValueType.tensor(DataType.INT64, 1, 3));
        Value table = small.weights("table", 7, 16);
        Tensor exact = (Tensor) table.constant();
        small.output(small.node("Gather", "rows", table, ids), 1, 3, 16);
        QuantizationResult result = small.quantize(SCHEME);
        assertEquals(7 * 16 + 7 * 4, result.layers().get(0).bytesAfter());
        QuantizationResult again = small.quantize(SCHEME);
        assertEquals(
                List.of("its rows are too short to have a scale each"),
                again.layers().stream().map(QuantizedLayer::reason).toList());
        Map<String, Tensor> input = Map.of("ids", Tensor.ofLongs(new long[] {5, 0, -1}, 1, 3));
        float[] rows = Small.onnxRuntime(small.model, input).get("rows").toFloats();
        assertArrayEquals(rows, Small.reference(small.model, input).get("rows").toFloats(), 1e-6f);
        int[] which = {5, 0, 6};
        for (int i = 0; i < rows.length; i++) {
            assertEquals(exact.toFloats()[which[i / 16] * 16 + i % 16], rows[i], 0.002f);
        }
    }

    @Test
    void convolutionsAreLeftAloneUnlessAskedFor() throws Exception {
        Small small = convolution();
        assertEquals(
                "Conv is not among the operators to quantize",
                small.quantize(SCHEME).layers().get(0).reason());
        Map<String, Tensor> input = Map.of("x", small.normal(1, 1, 3, 8, 8));
        float[] exact = Small.reference(small.model, input).get("y").toFloats();
        QuantizationResult result = small.quantize(SCHEME.with("operators", "Conv"));
        assertEquals("int8 per channel, dynamic", result.layers().get(0).treatment());
        float[] ort = Small.onnxRuntime(small.model, input).get("y").toFloats();
        assertArrayEquals(Small.reference(small.model, input).get("y").toFloats(), ort, 1e-3f);
        assertTrue(Small.sqnr(exact, ort) > 30);
    }

    private static Small convolution() {
        Small small = new Small();
        Value x = small.input("x", 1, 3, 8, 8);
        Value y =
                small.with(
                        small.node(
                                "Conv",
                                "y",
                                x,
                                small.weights("w", 6, 3, 3, 3),
                                small.weights("b", 6)),
                        Attribute.ofInts("pads", 1, 1, 1, 1));
        return small.output(y, 1, 6, 8, 8);
    }

    @Test
    void keepsWhatIsExcludedOrNotFiniteAndSaysWhy() throws Exception {
        Small small = products();
        ((Tensor) small.graph.value("wb").constant()).buffer().putFloat(0, Float.NaN);
        QuantizationResult result =
                small.quantize(SCHEME.with("exclude", "a;nothing").with("exclude-classes", "Gemm"));
        assertEquals(
                List.of(
                        "excluded",
                        "its weights contain NaN or infinite values",
                        "its class Gemm is excluded"),
                result.layers().stream().map(QuantizedLayer::reason).toList());
        assertEquals(List.of("The model has no layer 'nothing' to exclude."), result.notes());
        assertEquals(List.of("Add", "Gemm", "MatMul", "MatMul"), small.operators());
    }

    @Test
    void sharedWeightsAreStoredOnce() throws Exception {
        Small small = new Small();
        Value x = small.input("x", 1, 16);
        Value w = small.weights("w", 16, 16);
        Value y = small.node("MatMul", "y", small.node("MatMul", "h", x, w), w);
        small.output(y, 1, 16).quantize(SCHEME);
        assertEquals(3, small.graph.initializers().size());
    }

    @Test
    void namesWhatItDoesNotKnow() {
        Small small = products();
        assertMessage(
                small, QuantizationScheme.of("int7"), "no scheme 'int7' here; there is int8-");
        assertMessage(
                small, SCHEME.with("colour", "red"), "no setting 'colour'; it has block, exclude");
        assertMessage(small, SCHEME.with("symmetric", "maybe"), "symmetric=maybe");
        assertMessage(small, SCHEME.with("operators", "Relu"), "operators=Relu");
    }

    private static void assertMessage(Small small, QuantizationScheme scheme, String part) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> small.quantize(scheme));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
