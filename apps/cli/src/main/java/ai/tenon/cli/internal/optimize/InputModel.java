package ai.tenon.cli.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.Signature;
import ai.tenon.cli.internal.terminal.UserError;
import ai.tenon.model.ModelFormat;
import ai.tenon.samples.DataFolder;
import ai.tenon.store.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The model to be optimised, where it lies.
 *
 * @param bytes of all its files
 * @param external files beside it that hold weights of it
 */
public record InputModel(
        Path file, long bytes, List<Path> external, ModelSource source, ModelFormat format) {
    public InputModel {
        external = List.copyOf(external);
    }

    /**
     * @throws UserError if there is none, or it cannot be read
     */
    public static InputModel open(Path file, ModelFormat format) {
        if (!Files.isRegularFile(file)) {
            throw new UserError("there is no file " + file + "; check the path");
        }
        try {
            List<Path> all = new ArrayList<>(List.of(file));
            for (String beside : format.externalFiles(file)) {
                all.add(file.toAbsolutePath().resolveSibling(beside));
            }
            MessageDigest digest = Sha256.digest();
            long bytes = 0;
            // Reading also refuses external data outside of the model's folder, before it is used.
            format.read(file);
            for (Path part : all) {
                digest.update(Sha256.of(part).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                bytes += Files.size(part);
            }
            String name = file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
            ModelSource source = ModelSource.ofFile(name, Sha256.hex(digest), file, format);
            return new InputModel(file, bytes, all.subList(1, all.size()), source, format);
        } catch (IOException e) {
            throw new UserError(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Samples for this model.
     *
     * @throws UserError if there are none, or they do not fit
     */
    public DataFolder data(Path folder) {
        try {
            return DataFolder.open(folder, Signature.of(source.model()), format);
        } catch (IOException | BackendException e) {
            throw new UserError(e.getMessage(), e);
        }
    }
}
