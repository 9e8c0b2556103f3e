package ai.tenon.onnx.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.onnx.internal.proto.ModelProto;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/**
 * A file to be written: made beside, brought to the disk and moved into place. A model whose
 * weights do not fit into one file gets a second one for them, {@code <name>.<random>.data}; its
 * name is new each time, so that what stands there until the move keeps its own weights.
 */
final class ModelFile {
    /** Room for all that is no weight. */
    private static final int STRUCTURE = 64 << 20;

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
            ModelProto proto = isTooLarge(model, limit) ? split(model, data) : whole(model);
            try (FileChannel channel = create(temporary);
                    OutputStream out = Channels.newOutputStream(channel)) {
                proto.writeTo(out);
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

    private static ModelProto whole(Model model) throws IOException {
        return new ModelWriter(null).write(model);
    }

    private static ModelProto split(Model model, Path data) throws IOException {
        try (FileChannel channel = create(data)) {
            WeightFile weights = new WeightFile(channel, data.getFileName().toString());
            ModelProto proto = new ModelWriter(weights).write(model);
            channel.force(true);
            return proto;
        }
    }

    private static FileChannel create(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** True if a model's tensors leave too little room for the rest in that many bytes. */
    static boolean isTooLarge(Model model, long limit) {
        long bytes = bytes(model.graph());
        for (Function function : model.functions()) {
            bytes += bytes(function.body());
        }
        return bytes > limit - Math.min(STRUCTURE, limit / 2);
    }

    private static long bytes(Graph graph) {
        long bytes = 0;
        for (Value value : graph.initializers()) {
            bytes += bytes(value.constant());
        }
        for (Node node : graph.nodes()) {
            for (Attribute attribute : node.attributes()) {
                bytes += bytes(attribute.value());
            }
        }
        return bytes;
    }

    private static long bytes(Object value) {
        if (value instanceof Tensor tensor) {
            return tensor.byteSize();
        } else if (value instanceof Datum.Sparse sparse) {
            return (long) sparse.values().byteSize() + sparse.indices().byteSize();
        } else if (value instanceof Graph graph) {
            return bytes(graph);
        } else if (value instanceof List<?> list) {
            return list.stream().mapToLong(ModelFile::bytes).sum();
        }
        return 0;
    }
}
