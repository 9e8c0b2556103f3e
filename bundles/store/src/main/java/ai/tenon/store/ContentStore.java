package ai.tenon.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Files by the hash of their content; what is in it never changes. */
public final class ContentStore {
    private final Path folder;
    private final Durable durable;

    /**
     * @param folder created when the first file comes
     */
    public ContentStore(Path folder) {
        this(folder, new Durable());
    }

    ContentStore(Path folder, Durable durable) {
        this.folder = folder;
        this.durable = durable;
    }

    /** The store for bundles in a gateway's data folder. */
    public static ContentStore ofBundles(Path data) {
        return new ContentStore(data.resolve("store").resolve("sha256"));
    }

    /**
     * Copies content in; durable when it returns.
     *
     * @return its SHA-256
     * @throws StoreException if there are more than {@code maxBytes}; nothing is left behind
     */
    public String add(InputStream content, long maxBytes) throws IOException {
        Path file = durable.newFile(folder);
        try {
            String hash = copy(content, file, maxBytes);
            if (contains(hash) && hash.equals(Sha256.of(path(hash)))) {
                Files.delete(file);
            } else {
                durable.publish(file, path(hash));
            }
            return hash;
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static String copy(InputStream content, Path file, long maxBytes) throws IOException {
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int n; (n = content.read(buffer)) >= 0; ) {
                total += n;
                if (total > maxBytes) {
                    throw new StoreException(
                            "it is larger than the " + maxBytes + " bytes allowed");
                }
                digest.update(buffer, 0, n);
                out.write(buffer, 0, n);
            }
        }
        return Sha256.hex(digest);
    }

    /** Where content of that hash is, or would be. */
    public Path path(String hash) throws StoreException {
        return folder.resolve(Sha256.require(hash));
    }

    public boolean contains(String hash) throws StoreException {
        return Files.isRegularFile(path(hash));
    }

    /**
     * Reads the whole content and compares it with its hash.
     *
     * @return where it is
     * @throws StoreException if it is missing or was changed
     */
    public Path verify(String hash) throws IOException {
        Path file = path(hash);
        if (!Files.isRegularFile(file)) {
            throw new StoreException("the store has no content " + hash);
        }
        if (!hash.equals(Sha256.of(file))) {
            throw new StoreException(
                    "content "
                            + hash
                            + " in the store was changed; put back the file "
                            + file
                            + " from a copy");
        }
        return file;
    }

    /** Removes all content but this, and what interrupted writes left. */
    public void retain(Set<String> hashes) throws IOException {
        Durable.clean(folder);
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> files = Files.list(folder)) {
            all = files.toList();
        }
        for (Path file : all) {
            if (!hashes.contains(file.getFileName().toString())) {
                Durable.deleteTree(file);
            }
        }
    }
}
