package ai.tenon.management;

import ai.tenon.model.ModelVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The models on this device, by content; an OSGi service. Models are copied in before they are
 * used, and never change.
 */
@ProviderType
public interface ModelRepository {
    /**
     * Copies a model and the external data that lies in its folder into the store; durable when it
     * returns.
     *
     * @throws IOException if it cannot be read, is no model of a known format, or there is no room
     *     for it; nothing is left behind
     */
    ModelVersion add(Path file) throws IOException;

    /** The model with that hash. */
    Optional<ModelVersion> find(String sha256);

    /** All models. */
    List<ModelVersion> list();

    /** Removes all models but these. */
    void retain(Set<String> sha256) throws IOException;

    /**
     * What a recipe made of a model, kept from before.
     *
     * @param identity all that the result depends on
     * @return empty if there is none, or it was damaged and thrown away
     */
    Optional<ModelVersion> findFitted(String identity) throws IOException;

    /**
     * Keeps what a recipe made of a model; durable when it returns. It can be made again: what was
     * used longest ago goes when there is too much.
     *
     * @param content the model in its file format
     * @throws IOException if there is no room for it; nothing is left behind
     */
    ModelVersion keepFitted(String identity, ByteBuffer content) throws IOException;
}
