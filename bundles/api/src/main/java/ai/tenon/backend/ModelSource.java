package ai.tenon.backend;

import ai.tenon.graph.Model;
import ai.tenon.model.ModelFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A model to be compiled: the original file while nothing has been changed, else a graph. Both
 * forms can be had either way; the cheaper one is {@link #file} when present.
 */
public final class ModelSource {
    private final String name;
    private final String sha256;
    private final Path file;
    private final ModelFormat format;
    private Model model;

    private ModelSource(String name, String sha256, Path file, ModelFormat format, Model model) {
        this.name = Objects.requireNonNull(name, "name");
        this.sha256 = Objects.requireNonNull(sha256, "sha256");
        this.format = Objects.requireNonNull(format, "format");
        this.file = file;
        this.model = model;
    }

    /**
     * A model as it stands in a file.
     *
     * @param name what messages call it
     * @param sha256 of the model's package: the key for caches
     */
    public static ModelSource ofFile(String name, String sha256, Path file, ModelFormat format) {
        return new ModelSource(name, sha256, Objects.requireNonNull(file, "file"), format, null);
    }

    /**
     * A model that was rewritten, or never stood in a file.
     *
     * @param sha256 identifies the original and all that was done to it, see {@link #identity}
     * @param format in which {@link #bytes} are made
     */
    public static ModelSource ofModel(String name, String sha256, Model model, ModelFormat format) {
        return new ModelSource(name, sha256, null, format, Objects.requireNonNull(model, "model"));
    }

    /**
     * The SHA-256, in lower-case hex, of an original's and of all that was done to it.
     *
     * @param parts in any words; other parts give another identity, however they are joined
     */
    public static String identity(List<String> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + " ").getBytes(StandardCharsets.US_ASCII));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What messages call the model. */
    public String name() {
        return name;
    }

    /** Identifies the contents, in lower-case hex. */
    public String sha256() {
        return sha256;
    }

    /** The unmodified original; empty for a rewritten model. */
    public Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /** Name of the file format of {@link #file} and {@link #bytes}. */
    public String formatName() {
        return format.name();
    }

    /**
     * The graph; read at the first call and shared by all, who must not change it.
     *
     * @throws BackendException if it cannot be read
     */
    public synchronized Model model() throws BackendException {
        if (model == null) {
            try {
                model = format.read(file);
            } catch (IOException e) {
                throw new BackendException(
                        BackendException.ErrorClass.FATAL,
                        "model '" + name + "' cannot be read: " + e.getMessage(),
                        e);
            }
        }
        return model;
    }

    /**
     * The model in its file format: the mapped file, or the graph written into memory. A mapped
     * file's external data lies beside {@link #file}.
     *
     * @throws BackendException if it cannot be read or written
     */
    public ByteBuffer bytes() throws BackendException {
        try {
            if (file == null) {
                return format.write(model);
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new BackendException(
                    BackendException.ErrorClass.FATAL,
                    "model '"
                            + name
                            + "' cannot be handed over as "
                            + format.name()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
