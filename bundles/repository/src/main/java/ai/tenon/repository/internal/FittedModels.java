package ai.tenon.repository.internal;

import ai.tenon.model.ModelVersion;
import ai.tenon.store.Durable;
import ai.tenon.store.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What recipes made of models, in files {@code KEY-SHA256.model}. Anything in it can be made again:
 * what is damaged is thrown away, and what was used longest ago goes when there is too much.
 *
 * <p>Safe for use by several threads.
 */
final class FittedModels {
    private static final String SUFFIX = ".model";

    private final Path folder;
    private final long maxBytes;
    private final Durable durable = new Durable();

    /**
     * @param folder created when the first result comes
     * @param maxBytes that all files together may have, the newest excepted
     */
    FittedModels(Path folder, long maxBytes) {
        this.folder = folder;
        this.maxBytes = maxBytes;
    }

    private static String key(String identity) {
        return Sha256.of(identity.getBytes(StandardCharsets.UTF_8));
    }

    /** See {@link ai.tenon.management.ModelRepository#findFitted}. */
    synchronized Optional<ModelVersion> find(String identity) throws IOException {
        String key = key(identity);
        for (Path file : files()) {
            String name = file.getFileName().toString();
            if (!name.startsWith(key + "-")) {
                continue;
            }
            String sha256 = name.substring(key.length() + 1, name.length() - SUFFIX.length());
            if (sha256.equals(Sha256.of(file))) {
                Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
                return Optional.of(version(file, sha256));
            }
            Files.delete(file);
        }
        return Optional.empty();
    }

    /** See {@link ai.tenon.management.ModelRepository#keepFitted}. */
    synchronized ModelVersion keep(String identity, ByteBuffer content) throws IOException {
        Durable.clean(folder);
        Path fresh = durable.newFile(folder);
        try {
            try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer rest = content.duplicate();
                while (rest.hasRemaining()) {
                    out.write(rest);
                }
            }
            String sha256 = Sha256.of(fresh);
            Path file = folder.resolve(key(identity) + "-" + sha256 + SUFFIX);
            durable.publish(fresh, file);
            makeRoom(file);
            return version(file, sha256);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(fresh);
            throw e;
        }
    }

    private static ModelVersion version(Path file, String sha256) throws IOException {
        return new ModelVersion(sha256, file, file.getFileName().toString(), Files.size(file));
    }

    /** Files that are mapped stay readable for whoever has mapped them. */
    private void makeRoom(Path newest) throws IOException {
        List<Path> files = files();
        files.remove(newest);
        files.sort(Comparator.comparing(FittedModels::lastUsed).reversed());
        long total = Files.size(newest);
        for (Path file : files) {
            total += Files.size(file);
            if (total > maxBytes) {
                Files.delete(file);
            }
        }
    }

    private static FileTime lastUsed(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            return new ArrayList<>();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return new ArrayList<>(
                    all.filter(file -> file.getFileName().toString().endsWith(SUFFIX)).toList());
        }
    }
}
