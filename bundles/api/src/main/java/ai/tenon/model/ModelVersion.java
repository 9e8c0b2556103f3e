package ai.tenon.model;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A model in the content store: immutable, found by its hash.
 *
 * @param sha256 of the model's package, in lower-case hex
 * @param file the model file inside the store; its external data lies beside it
 * @param fileName the name under which it came
 * @param bytes size of the whole package
 */
public record ModelVersion(String sha256, Path file, String fileName, long bytes) {
    public ModelVersion {
        Objects.requireNonNull(sha256, "sha256");
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(fileName, "fileName");
    }
}
