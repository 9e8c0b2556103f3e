package ai.tenon.repository.internal;

import ai.tenon.model.ModelFormat;
import ai.tenon.store.Sha256;
import ai.tenon.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Copies a model and its external data into a folder, hashing on the way. */
final class PackageCopy {
    private static final int MAX_FILES = 10_000;

    private final ModelFormat format;
    private final Path to;
    private final Map<String, PackageManifest.Content> files = new TreeMap<>();
    private long left;

    /**
     * @param to an empty folder
     */
    PackageCopy(ModelFormat format, Path to, long maxBytes) {
        this.format = format;
        this.to = to;
        this.left = maxBytes;
    }

    /** The format reads only the copy: a mapped file that somebody truncates ends the process. */
    PackageManifest copy(Path model) throws IOException {
        String name = model.getFileName().toString();
        Path folder = model.toAbsolutePath().getParent().toRealPath();
        copyFile(model, name);
        List<String> external = format.externalFiles(to.resolve(name));
        if (external.size() > MAX_FILES) {
            throw new StoreException(
                    name + " has external data in more than " + MAX_FILES + " files");
        }
        for (String location : external) {
            copyFile(locate(folder, location, name), location);
        }
        format.read(to.resolve(name));
        return new PackageManifest(name, files);
    }

    private Path locate(Path folder, String location, String model) throws IOException {
        try {
            Path relative = Path.of(location);
            boolean plain =
                    !relative.isAbsolute()
                            && relative.equals(relative.normalize())
                            && !relative.startsWith("..")
                            && !location.isEmpty();
            if (!plain || location.equals(model) || location.equals(PackageManifest.FILE)) {
                throw new StoreException(
                        model + " refers to '" + location + "', which is no file beside it");
            }
            Path file = folder.resolve(relative);
            if (!Files.isRegularFile(file)) {
                throw new StoreException(
                        model + " has external data in '" + location + "', which is not beside it");
            }
            if (!file.toRealPath().startsWith(folder)) {
                throw new StoreException(
                        model + " refers to '" + location + "' outside its folder");
            }
            return file;
        } catch (InvalidPathException e) {
            throw new StoreException(model + " refers to a file with an impossible name", e);
        }
    }

    private void copyFile(Path from, String name) throws IOException {
        Path target = to.resolve(name);
        Files.createDirectories(target.getParent());
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        try (InputStream in = Files.newInputStream(from);
                OutputStream out = Files.newOutputStream(target)) {
            for (int n; (n = in.read(buffer)) >= 0; bytes += n) {
                left -= n;
                if (left < 0) {
                    throw new StoreException(
                            from.getFileName() + " and its data exceed what there is room for");
                }
                digest.update(buffer, 0, n);
                out.write(buffer, 0, n);
            }
        }
        files.put(name, new PackageManifest.Content(Sha256.hex(digest), bytes));
    }
}
