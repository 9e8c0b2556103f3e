package ai.tenon.cli.internal.demo;

import ai.tenon.graph.Tensor;
import ai.tenon.samples.npy.Npy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A sentence as the model takes it, and what the model answers: recorded once with ONNX Runtime
 * 1.29 on x86-64.
 *
 * @param inputs by name
 * @param expected the output
 */
record Golden(Map<String, Tensor> inputs, Tensor expected) {
    private static final String OUTPUT = "last_hidden_state";
    private static final int SENTENCES = 3;
    private static final double LEAST_COSINE = 0.9999;
    private static final double LARGEST_DIFFERENCE = 1e-3;

    /** All sentences. */
    static List<Golden> load() throws IOException {
        List<Golden> all = new ArrayList<>();
        for (int i = 1; i <= SENTENCES; i++) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(resource("golden-" + i + ".npz"));
            Tensor expected = tensors.remove(OUTPUT);
            all.add(new Golden(tensors, expected));
        }
        return all;
    }

    private static Map<String, Tensor> resource(String name) throws IOException {
        Path copy = Files.createTempFile("tenon-golden", ".npz");
        try (InputStream in = Golden.class.getResourceAsStream(name)) {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            return Npy.readAll(copy);
        } finally {
            Files.delete(copy);
        }
    }

    /**
     * True if the answer is the expected one: cosine at least 0.9999, no value off by more than
     * 1e-3.
     */
    boolean matches(Map<String, Tensor> outputs) {
        Tensor actual = outputs.get(OUTPUT);
        if (actual == null || !actual.sameTypeAndShape(expected)) {
            return false;
        }
        double dot = 0;
        double a = 0;
        double b = 0;
        for (int i = 0; i < expected.size(); i++) {
            double x = expected.buffer().getFloat(Float.BYTES * i);
            double y = actual.buffer().getFloat(Float.BYTES * i);
            // Written so that a NaN is a difference too.
            if (!(Math.abs(x - y) <= LARGEST_DIFFERENCE)) {
                return false;
            }
            dot += x * y;
            a += x * x;
            b += y * y;
        }
        return dot >= LEAST_COSINE * Math.sqrt(a * b);
    }
}
