package ai.tenon.semantic.search.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.inference.Call;
import ai.tenon.inference.Endpoint;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How tokens become the inputs that a signature asks for. */
class EmbedderTest {
    private static final Tokens FIVE =
            new Tokens(new long[] {101, 7, 8, 9, 102}, new long[] {1, 1, 1, 1, 1}, new long[5]);

    private final Map<Integer, Tensor> inputs = new HashMap<>();
    private Signature signature;

    /** An endpoint that remembers its inputs and answers with ones. */
    private Endpoint endpoint() {
        Call call =
                proxy(
                        Call.class,
                        Map.of(
                                "input",
                                        arguments ->
                                                inputs.put(
                                                        (int) arguments[0], (Tensor) arguments[1]),
                                "output", arguments -> Tensor.ofFloats(new float[] {3, 4}, 1, 2)));
        return proxy(
                Endpoint.class,
                Map.of(
                        "newCall", arguments -> call,
                        "name", arguments -> "minilm",
                        "signature", arguments -> signature));
    }

    private interface Method {
        Object call(Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Map<String, Method> methods) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            Method known = methods.get(method.getName());
                            Object result = known == null ? null : known.call(arguments);
                            return method.getReturnType() == type ? proxy : result;
                        }));
    }

    private void takes(DataType type, long length, String... names) {
        List<TensorSpec> specs =
                Arrays.stream(names)
                        .map(name -> TensorSpec.of(name, type, Shape.of(1, length)))
                        .toList();
        TensorSpec output = TensorSpec.of("sentence_embedding", DataType.FLOAT, Shape.of(1, 2));
        signature = new Signature(specs, List.of(output));
    }

    private static long[] ints(Tensor tensor) {
        long[] values = new long[tensor.size()];
        Arrays.setAll(values, i -> tensor.buffer().getInt(i * Integer.BYTES));
        return values;
    }

    @Test
    void inputsGoWhereTheirNamesAre() throws Exception {
        takes(DataType.INT64, -1, "attention_mask", "input_ids");
        float[] vector = new Embedder(endpoint()).embed(FIVE);
        assertArrayEquals(new float[] {0.6f, 0.8f}, vector, 1e-6f);
        assertEquals(2, inputs.size());
        assertArrayEquals(FIVE.attentionMask(), inputs.get(0).toLongs());
        assertArrayEquals(FIVE.ids(), inputs.get(1).toLongs());
        assertArrayEquals(new long[] {1, 5}, inputs.get(1).shape());
    }

    @Test
    void aFixedLengthIsPaddedOrCutAndTheModelMayChangeBetweenCalls() throws Exception {
        Embedder embedder = new Embedder(endpoint());
        takes(DataType.INT32, 8, "input_ids", "attention_mask", "token_type_ids");
        embedder.embed(FIVE);
        assertArrayEquals(new long[] {101, 7, 8, 9, 102, 0, 0, 0}, ints(inputs.get(0)));
        assertArrayEquals(new long[] {1, 1, 1, 1, 1, 0, 0, 0}, ints(inputs.get(1)));
        assertArrayEquals(new long[8], ints(inputs.get(2)));

        takes(DataType.INT32, 4, "input_ids", "attention_mask");
        embedder.embed(FIVE);
        assertArrayEquals(new long[] {101, 7, 8, 102}, ints(inputs.get(0)));

        takes(DataType.INT64, 512, "input_ids");
        embedder.embed(FIVE);
        assertEquals(512, inputs.get(0).size());
    }

    @Test
    void otherModelsAreRefusedByName() {
        Embedder embedder = new Embedder(endpoint());
        takes(DataType.FLOAT, 224, "pixels");
        String message =
                assertThrows(IllegalArgumentException.class, () -> embedder.embed(FIVE))
                        .getMessage();
        assertTrue(message.contains("'minilm'") && message.contains("pixels"), message);
        takes(DataType.INT64, Integer.MAX_VALUE, "input_ids");
        assertThrows(IllegalArgumentException.class, () -> embedder.embed(FIVE));
    }
}
