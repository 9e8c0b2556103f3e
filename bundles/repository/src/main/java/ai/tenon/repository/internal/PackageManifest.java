package ai.tenon.repository.internal;

import ai.tenon.store.Fields;
import ai.tenon.store.Sha256;
import ai.tenon.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of a model's package with their hashes and sizes; its own hash names the package.
 *
 * @param model file name of the model
 * @param files by path relative to the package
 */
record PackageManifest(String model, Map<String, Content> files) {
    static final String FILE = ".package";
    private static final long MAX_BYTES = 16 << 20;

    /** What a file has to be. */
    record Content(String sha256, long bytes) {}

    String text() {
        StringBuilder text = new StringBuilder(Fields.line("model", model)).append('\n');
        new TreeMap<>(files)
                .forEach(
                        (path, c) ->
                                text.append(Fields.line("file", path, c.sha256(), c.bytes()))
                                        .append('\n'));
        return text.toString();
    }

    String hash() {
        return Sha256.of(text().getBytes(StandardCharsets.UTF_8));
    }

    long bytes() {
        return files.values().stream().mapToLong(Content::bytes).sum();
    }

    /**
     * Reads the manifest of a package and looks whether all its files have the size they should: a
     * mapped file that is too short would end the process.
     *
     * @throws StoreException if they do not, or the manifest is not the one of that hash
     */
    static PackageManifest read(Path folder, String hash) throws IOException {
        Path file = folder.resolve(FILE);
        if (Files.size(file) > MAX_BYTES) {
            throw new StoreException("the manifest of model " + hash + " is too large");
        }
        String model = "";
        Map<String, Content> files = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            List<String> f = Fields.parse(line);
            switch (f.get(0) + f.size()) {
                case "model2" -> model = f.get(1);
                case "file4" ->
                        files.put(f.get(1), new Content(f.get(2), Long.parseLong(f.get(3))));
                default -> throw new StoreException("the manifest of model " + hash + " is broken");
            }
        }
        PackageManifest manifest = new PackageManifest(model, files);
        if (!manifest.hash().equals(hash)) {
            throw new StoreException("the manifest of model " + hash + " was changed");
        }
        for (Map.Entry<String, Content> entry : files.entrySet()) {
            Path part = folder.resolve(entry.getKey());
            if (!Files.isRegularFile(part) || Files.size(part) != entry.getValue().bytes()) {
                throw new StoreException("model " + hash + " is broken: " + part + " was changed");
            }
        }
        return manifest;
    }
}
