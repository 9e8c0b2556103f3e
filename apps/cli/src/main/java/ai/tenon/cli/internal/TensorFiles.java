package ai.tenon.cli.internal;

import ai.tenon.cli.internal.gateway.OipType;
import ai.tenon.cli.internal.terminal.Failure;
import ai.tenon.cli.internal.terminal.UserError;
import ai.tenon.graph.Tensor;
import ai.tenon.samples.npy.Npy;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads an endpoint's inputs from files, and writes its outputs to some. */
final class TensorFiles {
    private final String endpoint;
    private final Map<String, String> types = new LinkedHashMap<>();

    /**
     * @param metadata of the endpoint, as the Open Inference Protocol says it
     */
    TensorFiles(String endpoint, JsonNode metadata) {
        this.endpoint = endpoint;
        for (JsonNode input : metadata.path("inputs")) {
            types.put(input.path("name").asText(), input.path("datatype").asText());
        }
    }

    /**
     * Reads inputs given as {@code FILE} or {@code NAME=FILE}.
     *
     * @return all inputs by name, in the endpoint's order
     */
    Map<String, Tensor> read(List<String> arguments) {
        Map<String, Tensor> given = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0 && argument.endsWith(".npz")) {
                given.putAll(reading(argument, Npy::readAll));
            } else if (equals < 0) {
                given.put(onlyInput(argument), reading(argument, Npy::read));
            } else {
                given.put(
                        argument.substring(0, equals),
                        reading(argument.substring(equals + 1), Npy::read));
            }
        }
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        types.forEach((name, type) -> inputs.put(name, checked(name, type, given.remove(name))));
        if (!given.isEmpty()) {
            throw new UserError(
                    "endpoint '"
                            + endpoint
                            + "' has no input '"
                            + given.keySet().iterator().next()
                            + "'; it takes "
                            + signature());
        }
        return inputs;
    }

    /** Writes one {@code .npy} file, a {@code .npz} file, or a folder of {@code .npy} files. */
    void write(Map<String, Tensor> outputs, Path target) {
        String name = target.toString();
        try {
            if (name.endsWith(".npz")) {
                Npy.writeAll(outputs, target);
            } else if (!name.endsWith(".npy")) {
                Files.createDirectories(target);
                for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
                    Npy.write(output.getValue(), target.resolve(Npy.fileName(output.getKey())));
                }
            } else if (outputs.size() == 1) {
                Npy.write(outputs.values().iterator().next(), target);
            } else {
                throw new UserError(
                        "endpoint '"
                                + endpoint
                                + "' has "
                                + outputs.size()
                                + " outputs; give --output a .npz file or a folder");
            }
        } catch (IOException e) {
            throw new Failure(target + " cannot be written: " + e.getMessage(), e);
        }
    }

    private Tensor checked(String name, String type, Tensor tensor) {
        if (tensor == null) {
            throw new UserError(
                    "input '"
                            + name
                            + "' is missing; endpoint '"
                            + endpoint
                            + "' takes "
                            + signature());
        }
        if (!OipType.name(tensor.type()).equals(type)) {
            throw new UserError(
                    "input '"
                            + name
                            + "' takes "
                            + type
                            + " and its file holds "
                            + OipType.name(tensor.type())
                            + "; convert it with numpy.astype");
        }
        return tensor;
    }

    private String onlyInput(String argument) {
        if (types.size() != 1) {
            throw new UserError(
                    "endpoint '"
                            + endpoint
                            + "' takes "
                            + signature()
                            + "; say which one it is with --input NAME="
                            + argument);
        }
        return types.keySet().iterator().next();
    }

    private String signature() {
        return types.entrySet().stream()
                .map(input -> input.getKey() + " (" + input.getValue() + ")")
                .collect(Collectors.joining(", "));
    }

    private static <T> T reading(String file, Reader<T> reader) {
        Path path = Path.of(file);
        if (!Files.isRegularFile(path)) {
            throw new UserError("there is no file " + file + "; check the path");
        }
        try {
            return reader.read(path);
        } catch (IOException e) {
            throw new UserError(file + " " + e.getMessage(), e);
        }
    }

    private interface Reader<T> {
        T read(Path file) throws IOException;
    }
}
