package ai.tenon.onnx.internal;

import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.StringStringEntryProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/** Maps the data of tensors that lie in files beside the model, and nowhere else. */
final class ExternalData {
    /** The kernel gives a process some 65,000 mappings in all; one model gets a part of them. */
    private static final int MAX_MAPPINGS = 16_384;

    private final Path folder;
    private int mappings;

    /**
     * @param folder the model's folder; null if the model did not come from a file
     */
    ExternalData(Path folder) {
        this.folder = folder;
    }

    /**
     * Maps a tensor's data.
     *
     * @param bytes how many bytes type and shape of the tensor take; -1 if it cannot be external
     */
    ByteBuffer map(TensorProto tensor, long bytes, Place place) throws ModelFormatException {
        if (bytes < 0) {
            throw place.error("strings cannot be external data");
        }
        if (folder == null) {
            throw place.error("external data is read only for a model in a file of its own");
        }
        Map<String, String> entries = new HashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            if (entries.put(entry.getKey(), entry.getValue()) != null) {
                throw place.error("external data with two entries '" + entry.getKey() + "'");
            }
        }
        long offset = number(entries, "offset", 0, place);
        long length = number(entries, "length", bytes, place);
        if (length != bytes) {
            throw place.error("takes " + bytes + " bytes, but its external data has " + length);
        }
        Path file = locate(entries.getOrDefault("location", ""), place);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (offset > channel.size() || length > channel.size() - offset) {
                throw place.error(
                        "external data from "
                                + offset
                                + " with "
                                + length
                                + " bytes exceeds '"
                                + entries.get("location")
                                + "' of "
                                + channel.size()
                                + " bytes");
            }
            if (length == 0) {
                return ByteBuffer.allocate(0);
            }
            if (++mappings > MAX_MAPPINGS) {
                throw place.error("more than " + MAX_MAPPINGS + " tensors with external data");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
        } catch (ModelFormatException e) {
            throw e;
        } catch (IOException e) {
            throw place.error(
                    "external data '" + entries.get("location") + "' cannot be mapped: " + e, e);
        }
    }

    private Path locate(String location, Place place) throws ModelFormatException {
        try {
            Path relative = Path.of(location);
            if (location.isEmpty() || relative.isAbsolute()) {
                throw place.error(
                        "the location of external data must be a path relative to the model, not '"
                                + location
                                + "'");
            }
            Path file = folder.resolve(relative).toRealPath();
            if (!file.startsWith(folder)) {
                throw place.error(
                        "external data '" + location + "' lies outside the model's folder");
            }
            if (!Files.isRegularFile(file)) {
                throw place.error("external data '" + location + "' is no file");
            }
            return file;
        } catch (ModelFormatException e) {
            throw e;
        } catch (InvalidPathException | IOException e) {
            throw place.error(
                    "external data '" + location + "' is not in the model's folder: " + e, e);
        }
    }

    private static long number(Map<String, String> entries, String key, long absent, Place place)
            throws ModelFormatException {
        String text = entries.get(key);
        try {
            long value = text == null ? absent : Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // answered below, as a negative number is
        }
        throw place.error("external data with " + key + " '" + text + "'");
    }
}
