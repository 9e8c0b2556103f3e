package ai.tenon.passes.fusion.internal.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.optimize.GraphPass;
import ai.tenon.passes.testing.Fixture;
import ai.tenon.passes.testing.RealModels;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Models as they are exported, before and after, under ONNX Runtime. */
class RealModelsTest {
    private static final int TOKENS = 24;
    private static final List<GraphPass> ALL =
            List.of(
                    new RotaryFusion(),
                    new AttentionFusion(),
                    new GeluFusion(),
                    new MatMulActivation(),
                    new LayerNormFusion(),
                    new RmsNormFusion(),
                    new SkipNormFusion());

    private final OnnxFormat format = new OnnxFormat();
    private final Random random = new Random(7);

    @Test
    void miniLm() throws Exception {
        Model model = RealModels.miniLm();
        Map<String, Long> operators = compare(model, ALL, 1e-4f);
        assertEquals(6, operators.get("Attention"));
        assertEquals(6, operators.get("Gelu"));
        assertEquals(6, operators.get("Gemm"));
        assertEquals(12, operators.get("com.microsoft.SkipLayerNormalization"));
        assertEquals(1, operators.get("LayerNormalization"));
        assertEquals(null, operators.get("Softmax"));
        assertEquals(null, operators.get("Transpose"));
    }

    @Test
    void miniLmOfEightBits() throws Exception {
        Model model = read("/all-minilm-l6-v2-q.onnx");
        // Sums in another order than before would tip over numbers that are rounded to eight bits.
        Map<String, Long> operators =
                compare(model, List.of(new AttentionFusion(), new GeluFusion()), 1e-4f);
        assertEquals(6, operators.get("Attention"));
        assertEquals(6, operators.get("Gelu"));
        assertEquals(36, operators.get("MatMulInteger"));
    }

    @Test
    void aLanguageModelWithItsCache() throws Exception {
        Map<String, Long> operators = compare(RealModels.shared("stories260K-kv.onnx"), ALL, 1e-4f);
        assertEquals(5, operators.get("Attention"));
        assertEquals(10, operators.get("RotaryEmbedding"));
        assertEquals(1, operators.get("RMSNormalization"));
        assertEquals(10, operators.get("com.microsoft.SkipSimplifiedLayerNormalization"));
    }

    private Model read(String resource) throws Exception {
        try (InputStream stream = getClass().getResourceAsStream(resource)) {
            return format.read(ByteBuffer.wrap(stream.readAllBytes()));
        }
    }

    /** The operators of the model afterwards. */
    private Map<String, Long> compare(Model model, List<GraphPass> passes, float tolerance)
            throws Exception {
        Map<String, OnnxTensor> inputs = inputs(model);
        List<float[]> before = run(model, inputs);
        Model changed = model.copy();
        passes.forEach(pass -> pass.apply(changed, Map.of()));
        List<float[]> after = run(changed, inputs);
        for (int i = 0; i < before.size(); i++) {
            assertArrayEquals(before.get(i), after.get(i), tolerance, "output " + i);
        }
        inputs.values().forEach(OnnxTensor::close);
        for (GraphPass pass : passes) {
            assertEquals(0, pass.apply(changed, Map.of()).changes(), pass.name());
        }
        return Fixture.operators(changed).stream()
                .collect(Collectors.groupingBy(op -> op, TreeMap::new, Collectors.counting()));
    }

    /** Tokens and positions, a mask that hides the last of them, and a cache of 5 keys. */
    private Map<String, OnnxTensor> inputs(Model model) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        for (Value input : model.graph().requiredInputs()) {
            if (input.tensorType().elementType() == DataType.INT64) {
                long[] values = new long[TOKENS];
                switch (input.name()) {
                    case "input_ids" -> Arrays.setAll(values, i -> random.nextInt(512));
                    case "position_ids" -> Arrays.setAll(values, i -> 5 + i);
                    case "attention_mask" -> Arrays.fill(values, 0, TOKENS - 4, 1);
                    default -> Arrays.fill(values, 0);
                }
                inputs.put(
                        input.name(),
                        OnnxTensor.createTensor(
                                environment, LongBuffer.wrap(values), new long[] {1, TOKENS}));
            } else {
                float[] values = new float[4 * 5 * 8];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                inputs.put(
                        input.name(),
                        OnnxTensor.createTensor(
                                environment, FloatBuffer.wrap(values), new long[] {1, 4, 5, 8}));
            }
        }
        return inputs;
    }

    private List<float[]> run(Model model, Map<String, OnnxTensor> inputs) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        List<float[]> outputs = new ArrayList<>();
        try (OrtSession session = environment.createSession(format.write(model));
                OrtSession.Result result = session.run(inputs)) {
            for (var each : result) {
                FloatBuffer buffer = ((OnnxTensor) each.getValue()).getFloatBuffer();
                float[] values = new float[buffer.remaining()];
                buffer.get(values);
                outputs.add(values);
            }
        }
        return outputs;
    }
}
