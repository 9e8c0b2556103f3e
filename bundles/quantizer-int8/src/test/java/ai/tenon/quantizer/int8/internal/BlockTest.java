package ai.tenon.quantizer.int8.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.QuantizedLayer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockTest {
    private static final QuantizationScheme DYNAMIC =
            QuantizationScheme.of("int8-dynamic").with("granularity", "per-block");
    private static final QuantizationScheme STATIC =
            QuantizationScheme.of("int8-static").with("granularity", "per-block");

    @Test
    void everyBlockHasItsOwnScale() {
        // two columns; blocks of 16 rows, the last of 4
        float[] values = new float[36 * 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i % 2 + 1) * (i / 32 + 1) * (i % 4 < 2 ? -1 : 1);
        }
        WeightSettings settings =
                new WeightSettings(
                        CodeType.ofWeights(DataType.INT8, true, false),
                        true,
                        Granularity.PER_BLOCK,
                        16);
        Tensor weights = Tensor.ofFloats(values, 36, 2);
        BlockCodes codes = BlockCodes.of(weights, 0, settings);
        assertArrayEquals(new long[] {3, 2}, codes.scales().shape());
        assertArrayEquals(
                new float[] {1, 2, 2, 4, 3, 6}, scaled(codes.scales().toFloats(), 127), 1e-5f);
        for (int i = 0; i < values.length; i++) {
            assertEquals(values[i] < 0 ? -127 : 127, codes.codes().buffer().get(i), "code " + i);
        }
        assertEquals(
                codes.codes().byteSize()
                        + codes.scales().byteSize()
                        + codes.zeroPoints().byteSize(),
                BlockCodes.bytes(weights, 0, settings));
        // the same along the rows of one matrix
        BlockCodes turned = BlockCodes.of(Tensor.ofFloats(values, 2, 36), 1, settings);
        assertArrayEquals(new long[] {2, 3}, turned.scales().shape());
    }

    private static float[] scaled(float[] values, float factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return values;
    }

    /** A matrix product, then a Gemm with everything that it can do. */
    private static Small products() {
        Small small = new Small();
        Value x = small.input("x", 4, 72);
        Value a = small.node("MatMul", "a", x, uneven(small, "wa", 72, 64));
        Value gemm =
                small.with(
                        small.node(
                                "Gemm",
                                "gemm",
                                a,
                                uneven(small, "wg", 10, 64),
                                small.weights("bias", 10)),
                        Attribute.ofInt("transB", 1),
                        Attribute.ofFloat("alpha", 0.5f),
                        Attribute.ofFloat("beta", 3));
        return small.output(gemm, 4, 10);
    }

    /** Weights that are large in one row or column, as outliers make them. */
    private static Value uneven(Small small, String name, long... shape) {
        Tensor weights = small.normal(0.02f, shape);
        int length = (int) Math.max(shape[0], shape[1]);
        for (int i = 0; i < weights.size(); i++) {
            boolean outlier = (shape[0] == length ? i / shape[1] : i % shape[1]) == 3;
            if (outlier) {
                weights.buffer().putFloat(4 * i, 20 * weights.buffer().getFloat(4 * i));
            }
        }
        return small.graph.addInitializer(name, weights);
    }

    @ParameterizedTest
    @CsvSource({"true,int8", "false,int8", "true,uint8", "false,uint8"})
    void dynamicProductsStayCloseOnBothEngines(String symmetric, String type) throws Exception {
        Small small = products();
        Map<String, Tensor> input = Map.of("x", small.normal(1, 4, 72));
        float[] exact = Small.reference(small.model, input).get("gemm").toFloats();
        QuantizationResult result =
                small.quantize(
                        DYNAMIC.with("block", "16")
                                .with("symmetric", symmetric)
                                .with("weight-type", type));
        assertEquals(
                List.of("Add", "DequantizeLinear", "DequantizeLinear", "MatMul", "MatMul"),
                small.operators());
        assertEquals(21, small.model.opset(""));
        assertEquals(72 * 64 + 5 * 64 * 5, result.layers().get(0).bytesAfter());
        assertEquals("gemm", result.layers().get(1).output());
        float[] reference = Small.reference(small.model, input).get("gemm").toFloats();
        float[] ort = Small.onnxRuntime(small.model, input).get("gemm").toFloats();
        assertTrue(Small.sqnr(exact, reference) > 40, "" + Small.sqnr(exact, reference));
        // it rounds the activations too
        assertTrue(Small.sqnr(exact, ort) > 34, "" + Small.sqnr(exact, ort));
    }

    @Test
    void blocksLoseLessThanChannels() throws Exception {
        Small blocks = products();
        Map<String, Tensor> input = Map.of("x", blocks.normal(1, 4, 72));
        float[] exact = Small.reference(blocks.model, input).get("gemm").toFloats();
        blocks.quantize(DYNAMIC);
        Small channels = products();
        channels.quantize(DYNAMIC.with("granularity", "per-channel"));
        double byBlock =
                Small.sqnr(exact, Small.onnxRuntime(blocks.model, input).get("gemm").toFloats());
        double byChannel =
                Small.sqnr(exact, Small.onnxRuntime(channels.model, input).get("gemm").toFloats());
        assertTrue(byBlock > byChannel, byBlock + " against " + byChannel);
    }

    @Test
    void staticProductsKeepTheirActivations() throws Exception {
        Small small = products();
        Map<String, Tensor> input = Map.of("x", small.normal(1, 4, 72));
        float[] exact = Small.reference(small.model, input).get("gemm").toFloats();
        QuantizationResult result = small.quantize(STATIC, List.of(input));
        assertEquals(
                List.of("int8 per block of 32, static", "int8 per block of 32, static"),
                result.layers().stream().map(QuantizedLayer::treatment).toList());
        assertEquals(2, Collections.frequency(small.operators(), "QuantizeLinear"));
        float[] reference = Small.reference(small.model, input).get("gemm").toFloats();
        float[] ort = Small.onnxRuntime(small.model, input).get("gemm").toFloats();
        assertTrue(Small.sqnr(exact, reference) > 34, "" + Small.sqnr(exact, reference));
        assertTrue(Small.sqnr(exact, ort) > 32, "" + Small.sqnr(exact, ort));
    }

    @Test
    void convolutionsHaveBlocksOfInputChannelsIfThereAreEnough() throws Exception {
        Small small = new Small();
        Value x = small.input("x", 1, 40, 6, 6);
        Value deep = convolution(small, "deep", x, 1, 40);
        Value relu = small.node("Relu", "relu", deep);
        Value wide = convolution(small, "wide", relu, 40, 1);
        Value last = convolution(small, "last", wide, 40, 1);
        small.output(last, 1, 40, 6, 6);
        Map<String, Tensor> input = Map.of("x", small.normal(1, 1, 40, 6, 6));
        float[] exact = Small.reference(small.model, input).get("last").toFloats();
        QuantizationResult result = small.quantize(STATIC, List.of(input));
        assertEquals(
                List.of(
                        "int8 per channel (it has 1 input channels, less than a block), static",
                        "int8 per block of 32, static",
                        "int8 per block of 32, static"),
                result.layers().stream().map(QuantizedLayer::treatment).toList());
        Node dequantize =
                small.graph.nodes().stream()
                        .filter(node -> node.intAttribute("block_size", 0) == 32)
                        .findFirst()
                        .orElseThrow();
        assertArrayEquals(
                new long[] {40, 2, 3, 3}, ((Tensor) dequantize.input(1).constant()).shape());
        float[] reference = Small.reference(small.model, input).get("last").toFloats();
        float[] ort = Small.onnxRuntime(small.model, input).get("last").toFloats();
        assertTrue(Small.sqnr(exact, reference) > 32, "" + Small.sqnr(exact, reference));
        assertTrue(Small.sqnr(reference, ort) > 40, "" + Small.sqnr(reference, ort));
    }

    private static Value convolution(Small small, String name, Value x, int in, int group) {
        return small.with(
                small.node("Conv", name, x, small.weights("w_" + name, 40, in, 3, 3)),
                Attribute.ofInts("pads", 1, 1, 1, 1),
                Attribute.ofInt("group", group));
    }

    @Test
    void sharedWeightsAreStoredOnceAndWrongOnesStay() throws Exception {
        Small small = new Small();
        Value x = small.input("x", 32);
        Value w = small.weights("w", 32, 32);
        Value h = small.node("MatMul", "h", small.node("MatMul", "g", x, w), w);
        Value bad = small.weights("bad", 32, 32);
        ((Tensor) bad.constant()).buffer().putFloat(0, Float.NaN);
        QuantizationResult result =
                small.output(small.node("MatMul", "y", h, bad), 32).quantize(DYNAMIC);
        assertEquals(4, small.graph.initializers().size());
        assertEquals("its weights contain NaN or infinite values", result.layers().get(2).reason());
    }

    @Test
    void refusesABlockThatNoRuntimeKnows() {
        for (String block : List.of("8", "48", "none", "-32")) {
            IllegalArgumentException e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> products().quantize(DYNAMIC.with("block", block)));
            assertTrue(
                    e.getMessage()
                            .contains(
                                    "block="
                                            + block
                                            + ", but it has to be a power of two from 16 on"),
                    e.getMessage());
        }
    }
}
