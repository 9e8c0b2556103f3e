package ai.tenon.provisioning.internal;

import ai.tenon.management.ManagementException;
import ai.tenon.management.OperationInfo.State;
import ai.tenon.management.Request;
import ai.tenon.store.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that a profile serves by itself: {@code models/NAME.onnx}, or the newest of {@code
 * models/NAME/VERSION/FILE}. Each is deployed once, as an ordinary change: who undeploys it is not
 * overruled at the next start.
 */
final class ModelsFolder {
    private static final Logger LOG = LoggerFactory.getLogger(ModelsFolder.class);

    private final Path folder;

    ModelsFolder(Path folder) {
        this.folder = folder;
    }

    void deployMissing(Set<String> present, Changes changes) {
        try {
            for (Map.Entry<String, Path> model : find().entrySet()) {
                if (!present.contains(model.getKey())) {
                    deploy(model.getKey(), model.getValue(), changes);
                }
            }
        } catch (IOException | ManagementException e) {
            LOG.error("The models of the profile could not be deployed: {}", e.getMessage());
        }
    }

    private static void deploy(String name, Path file, Changes changes)
            throws ManagementException, IOException {
        Request request = new Request.Deploy(name, file.toUri(), "", null, "", null);
        String stamp = file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
        String hash = Sha256.of(stamp.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
        // A try that failed is made again at the next start; one that was made is not.
        for (int i = 1; ; i++) {
            String id = "models-" + hash + "-" + i;
            Optional<State> before = changes.find(id).map(op -> op.info().state());
            if (before.isEmpty()) {
                changes.submit(id, "profile", request);
                return;
            }
            if (before.get() != State.FAILED && before.get() != State.CANCELLED) {
                return;
            }
        }
    }

    private Map<String, Path> find() throws IOException {
        Map<String, Path> models = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> entries = Files.list(folder)) {
                for (Path entry : entries.toList()) {
                    String name = entry.getFileName().toString();
                    if (Files.isDirectory(entry)) {
                        newest(entry).ifPresent(file -> models.put(name, file));
                    } else if (name.endsWith(".onnx")) {
                        models.put(name.substring(0, name.length() - ".onnx".length()), entry);
                    }
                }
            }
        }
        return models;
    }

    private static Optional<Path> newest(Path model) throws IOException {
        try (Stream<Path> versions = Files.list(model)) {
            Optional<Path> version =
                    versions.filter(v -> v.getFileName().toString().matches("[0-9]{1,18}"))
                            .max(Comparator.comparingLong(ModelsFolder::number));
            return version.isEmpty() ? Optional.empty() : modelIn(version.get());
        }
    }

    private static long number(Path version) {
        return Long.parseLong(version.getFileName().toString());
    }

    private static Optional<Path> modelIn(Path version) throws IOException {
        try (Stream<Path> files = Files.list(version)) {
            return files.filter(f -> f.toString().endsWith(".onnx")).sorted().findFirst();
        }
    }
}
