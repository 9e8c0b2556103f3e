package ai.tenon.onnx.internal;

import ai.tenon.graph.Model;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file to be written: made beside, brought to the disk and moved into place. A model whose
 * weights do not fit into one file gets a second one for them, {@code <name>.<random>.data}; its
 * name is new each time, so that what stands there until the move keeps its own weights.
 */
final class ModelFile {
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final long limit;

    /**
     * @param limit the most bytes that one file may have
     */
    ModelFile(Path file, long limit) {
        this.file = file.toAbsolutePath();
        this.limit = limit;
    }

    void write(Model model) throws IOException {
        String unique = file.getFileName() + "." + UUID.randomUUID();
        Path data = file.resolveSibling(unique + ".data");
        Path temporary = file.resolveSibling(unique + ".part");
        boolean done = false;
        try {
            SkeletonWriter pieces = ModelWriter.pieces(model, null);
            if (pieces.size() > limit) {
                pieces = split(model, data);
            }
            try (FileChannel channel = create(temporary)) {
                OutputStream out =
                        new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
                pieces.writeTo(Channels.newChannel(out)::write);
                out.flush();
                channel.force(true);
            }
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            done = true;
        } finally {
            Files.deleteIfExists(temporary);
            if (!done) {
                Files.deleteIfExists(data);
            }
        }
    }

    private SkeletonWriter split(Model model, Path data) throws IOException {
        try (FileChannel channel = create(data)) {
            WeightFile weights = new WeightFile(channel, data.getFileName().toString());
            SkeletonWriter pieces = ModelWriter.pieces(model, weights);
            if (pieces.size() > limit) {
                throw Place.FILE.error(
                        "even without its weights the model takes "
                                + pieces.size()
                                + " bytes, and an ONNX file holds less than 2 GiB");
            }
            channel.force(true);
            return pieces;
        }
    }

    private static FileChannel create(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
}
