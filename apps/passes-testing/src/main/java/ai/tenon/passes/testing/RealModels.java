package ai.tenon.passes.testing;

import ai.tenon.graph.Model;
import ai.tenon.onnx.internal.OnnxFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Models as people export them. */
public final class RealModels {
    private RealModels() {}

    /** The folder of data that is too large for the repository; the test is skipped without it. */
    public static Path sharedData() {
        String given = System.getProperty("tenon.shared.data");
        Path folder =
                given != null
                        ? Path.of(given)
                        : Path.of(System.getProperty("tenon.root", "."), "..", "shared", "data");
        Assumptions.assumeTrue(Files.isDirectory(folder), () -> "no shared data at " + folder);
        return folder;
    }

    /** All ONNX models of the shared data. */
    public static List<Path> shared() throws IOException {
        try (Stream<Path> files = Files.walk(sharedData())) {
            return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
        }
    }

    /** A model of the shared data by its file name. */
    public static Model shared(String fileName) throws IOException {
        for (Path file : shared()) {
            if (file.getFileName().toString().equals(fileName)) {
                return new OnnxFormat().read(file);
            }
        }
        throw new IOException("no " + fileName + " in the shared data");
    }

    /** The sentence embedding model all-MiniLM-L6-v2. */
    public static Model miniLm() throws IOException {
        return resource("/all-minilm-l6-v2.onnx");
    }

    /**
     * A model of text recognition.
     *
     * @param name as in {@code ch_PP-OCRv4_det_infer}
     */
    public static Model ocr(String name) throws IOException {
        return resource("/models/" + name + ".onnx");
    }

    private static Model resource(String path) throws IOException {
        try (InputStream in = RealModels.class.getResourceAsStream(path)) {
            return new OnnxFormat().read(ByteBuffer.wrap(in.readAllBytes()));
        }
    }
}
