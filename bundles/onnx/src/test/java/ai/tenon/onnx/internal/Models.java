package ai.tenon.onnx.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the tests find models. */
final class Models {
    private Models() {}

    /** The sentence embedding model all-MiniLM-L6-v2, copied into a folder. */
    static Path miniLm(Path folder) throws IOException {
        Path file = folder.resolve("all-minilm-l6-v2.onnx");
        try (InputStream in = Models.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            Files.copy(in, file);
        }
        return file;
    }
}
