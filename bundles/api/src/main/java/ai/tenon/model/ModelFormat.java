package ai.tenon.model;

import ai.tenon.graph.Datum;
import ai.tenon.graph.Model;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Reads and writes models of one file format; an OSGi service. Weights are referenced, not copied:
 * tensors of a model that was read are views of the mapped file, which must stay as it is while
 * they are in use.
 */
@ConsumerType
public interface ModelFormat {
    /** Service property with {@link #name}. */
    String NAME = "ai.tenon.format";

    /** The format's name, as in {@code onnx}. */
    String name();

    /** True if a file of this name is probably of this format. */
    boolean accepts(String fileName);

    /**
     * Reads a model, with its external data by reference; data outside the model's folder is
     * refused.
     *
     * @throws ModelFormatException if the file is not a valid model; it names the place
     * @throws IOException if the file cannot be read
     */
    Model read(Path file) throws IOException;

    /**
     * The files beside the model that hold data of it, without opening them: the model may have
     * been copied, they not yet.
     *
     * @return paths relative to the model's folder, as the model names them, each once; they may
     *     lead anywhere, so check before following one
     * @throws ModelFormatException if the file is not a valid model
     * @throws IOException if the file cannot be read
     */
    default List<String> externalFiles(Path file) throws IOException {
        return List.of();
    }

    /**
     * Reads a model from memory, by reference. External data is refused.
     *
     * @throws ModelFormatException if the bytes are not a valid model
     */
    Model read(ByteBuffer bytes) throws ModelFormatException;

    /**
     * Writes a model into a file; where that is too large for the format, with its weights in
     * another one beside it. Written beside and moved into place: never half a file.
     *
     * @throws IOException if it cannot be written
     */
    void write(Model model, Path file) throws IOException;

    /**
     * Writes a model into memory.
     *
     * @throws ModelFormatException if it is too large for this format
     */
    ByteBuffer write(Model model) throws ModelFormatException;

    /**
     * Reads one value that stands in a file of its own, as test data does.
     *
     * @param kind what the file holds: {@code tensor}, {@code sequence}, {@code optional} or {@code
     *     map}
     * @throws ModelFormatException if the bytes are no such value
     */
    Datum readValue(ByteBuffer bytes, String kind) throws ModelFormatException;
}
