package ai.tenon.cli.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.graph.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the result goes. */
public final class OutputModel {
    private final WholeFile file;
    private final InputModel input;

    public OutputModel(WholeFile file, InputModel input) {
        this.file = file;
        this.input = input;
    }

    public Path path() {
        return file.path();
    }

    /**
     * Writes the result, or the untouched model: a copy of its file; where weights lie beside it,
     * it is written anew, so that it stays whole in whatever folder it goes to.
     *
     * @param model null for the model as it was given
     * @return bytes of all files written
     */
    public long write(Model model) throws BackendException {
        if (model == null && input.external().isEmpty()) {
            file.write(out -> Files.copy(input.file(), out));
        } else {
            Model written = model == null ? input.source().model() : model;
            file.attempt(() -> input.format().write(written, file.path()));
        }
        return size();
    }

    private long size() {
        try {
            long bytes = Files.size(file.path());
            for (String beside : input.format().externalFiles(file.path())) {
                bytes += Files.size(file.path().resolveSibling(beside));
            }
            return bytes;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
