package ai.tenon.store;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The generations of a gateway, which of them is current, which was seen working last, and how
 * often the current one was tried. Every method is one durable action.
 */
public final class GenerationStore {
    private static final long MAX_BYTES = 8 << 20;
    private static final int MAX_LINE = 100;

    private final Path data;
    private final Path folder;
    private final Durable durable;

    /**
     * Starts of a generation that did not end well.
     *
     * @param reason why the last one did not, as far as it is known; may be empty
     */
    public record Attempts(String generation, int count, String reason) {}

    /**
     * @param data the gateway's data folder
     */
    public GenerationStore(Path data) {
        this(data, new Durable());
    }

    GenerationStore(Path data, Durable durable) {
        this.data = data;
        this.folder = data.resolve("generations");
        this.durable = durable;
    }

    /**
     * Keeps a generation.
     *
     * @return its hash
     */
    public String write(Generation generation) throws IOException {
        String hash = generation.hash();
        durable.write(folder.resolve(hash), generation.text().getBytes(StandardCharsets.UTF_8));
        return hash;
    }

    /**
     * Reads a generation and checks it against its hash.
     *
     * @throws StoreException if it is missing or not what it was
     */
    public Generation read(String hash) throws IOException {
        Path file = folder.resolve(Sha256.require(hash));
        if (!Files.isRegularFile(file)) {
            throw new StoreException("there is no generation " + hash);
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new StoreException("generation " + hash + " is too large");
        }
        byte[] content = Files.readAllBytes(file);
        if (!hash.equals(Sha256.of(content))) {
            throw new StoreException("generation " + hash + " was changed on disk");
        }
        return Generation.parse(new String(content, StandardCharsets.UTF_8));
    }

    /** All generations that can be read, the newest first. */
    public List<Generation> list() throws IOException {
        List<Generation> all = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            List<String> names;
            try (Stream<Path> files = Files.list(folder)) {
                names = files.map(f -> f.getFileName().toString()).filter(Sha256::isHash).toList();
            }
            for (String name : names) {
                try {
                    all.add(read(name));
                } catch (StoreException e) {
                    // One broken old generation must not hide the others; reading it by name fails.
                    continue;
                }
            }
        }
        all.sort(
                Comparator.comparingLong(Generation::number)
                        .thenComparingLong(Generation::created)
                        .thenComparing(Generation::text)
                        .reversed());
        return all;
    }

    /** The number for the next generation. */
    public long nextNumber() throws IOException {
        List<Generation> all = list();
        return all.isEmpty() ? 0 : all.get(0).number() + 1;
    }

    /**
     * Hash of the current generation.
     *
     * @throws StoreException if it says something else
     */
    public Optional<String> current() throws IOException {
        Optional<String> hash = hashIn("current");
        if (hash.isEmpty() && Files.exists(data.resolve("current"))) {
            throw new StoreException(data.resolve("current") + " names no generation");
        }
        return hash;
    }

    /** The point of no return of every change. */
    public void setCurrent(String hash) throws IOException {
        durable.write(data.resolve("current"), line(Sha256.require(hash)));
    }

    /** Hash of the generation that was seen working last. */
    public Optional<String> good() throws IOException {
        return hashIn("good");
    }

    public void setGood(String hash) throws IOException {
        durable.write(data.resolve("good"), line(Sha256.require(hash)));
    }

    /** Hash of the generation that describes the distribution that was taken over last. */
    public Optional<String> distribution() throws IOException {
        return hashIn("distribution");
    }

    public void setDistribution(String hash) throws IOException {
        durable.write(data.resolve("distribution"), line(Sha256.require(hash)));
    }

    /** How often that generation was started in vain. */
    public Attempts attempts(String hash) throws IOException {
        return attemptsIn("boot")
                .filter(a -> a.generation().equals(hash))
                .orElse(new Attempts(hash, 0, ""));
    }

    public void setAttempts(Attempts attempts) throws IOException {
        durable.write(data.resolve("boot"), text(attempts));
    }

    public void clearAttempts() throws IOException {
        durable.delete(data.resolve("boot"));
    }

    /** The generation that was given up last, and why. */
    public Optional<Attempts> failed() throws IOException {
        return attemptsIn("failed");
    }

    public void setFailed(Attempts attempts) throws IOException {
        durable.write(data.resolve("failed"), text(attempts));
    }

    /** Removes all generations but these, and what interrupted writes left. */
    public void retain(Set<String> hashes) throws IOException {
        Durable.clean(data);
        new ContentStore(folder, durable).retain(hashes);
    }

    /** A file that says no hash is as good as none. */
    private Optional<String> hashIn(String name) throws IOException {
        Path file = data.resolve(name);
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_LINE) {
            return Optional.empty();
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        return Optional.of(text).filter(Sha256::isHash);
    }

    /** A file that cannot be read is as good as none: it only counts. */
    private Optional<Attempts> attemptsIn(String name) throws IOException {
        Path file = data.resolve(name);
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
            return Optional.empty();
        }
        try {
            List<String> f = Fields.parse(Files.readString(file).strip());
            return Optional.of(new Attempts(f.get(0), Integer.parseInt(f.get(1)), f.get(2)));
        } catch (CharacterCodingException
                | StoreException
                | NumberFormatException
                | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static byte[] text(Attempts a) {
        return line(Fields.line(a.generation(), a.count(), a.reason()));
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
