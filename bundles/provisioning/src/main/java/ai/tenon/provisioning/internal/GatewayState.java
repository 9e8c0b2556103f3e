package ai.tenon.provisioning.internal;

import ai.tenon.store.BundleEntry;
import ai.tenon.store.ContentStore;
import ai.tenon.store.Durable;
import ai.tenon.store.Generation;
import ai.tenon.store.GenerationStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What this gateway keeps on disk, and the generation that it runs. Changed by one thread only. */
final class GatewayState {
    private static final int KEPT_GENERATIONS = 50;

    private final Path data;
    private final GenerationStore generations;
    private final ContentStore bundles;
    private volatile Generation current;

    GatewayState(Path data) throws IOException {
        this.data = data;
        this.generations = new GenerationStore(data);
        this.bundles = ContentStore.ofBundles(data);
        Optional<String> hash = generations.current();
        if (hash.isEmpty()) {
            throw new IOException(
                    data + " has no current generation; the launcher makes the first");
        }
        this.current = generations.read(hash.get());
    }

    Path data() {
        return data;
    }

    GenerationStore generations() {
        return generations;
    }

    ContentStore bundles() {
        return bundles;
    }

    Generation current() {
        return current;
    }

    /** The point of no return: afterwards the gateway is the target, whatever happens. */
    void commit(Generation target) throws IOException {
        String hash = target.hash();
        try {
            generations.setCurrent(hash);
        } catch (IOException e) {
            // The name may have been replaced although forcing it failed; only what is read counts.
            if (!generations.current().equals(Optional.of(hash))) {
                throw e;
            }
        }
        current = target;
    }

    boolean isGood() throws IOException {
        return generations.good().equals(Optional.of(current.hash()));
    }

    /** The current generation was seen working. */
    void markGood() throws IOException {
        if (!isGood()) {
            generations.setGood(current.hash());
        }
        generations.clearAttempts();
    }

    /**
     * Forgets old generations and the bundles that only they had.
     *
     * @return hashes of the models that are still needed
     */
    Set<String> forgetOld() throws IOException {
        Durable.clean(data);
        List<Generation> all = generations.list();
        Set<String> kept = new HashSet<>();
        all.stream().limit(KEPT_GENERATIONS).map(Generation::hash).forEach(kept::add);
        kept.add(current.hash());
        generations.good().ifPresent(kept::add);
        generations.distribution().ifPresent(kept::add);
        generations.failed().ifPresent(failed -> kept.add(failed.generation()));
        for (Generation generation : all) {
            if (kept.contains(generation.hash()) && !generation.distribution().isEmpty()) {
                kept.add(generation.distribution());
            }
        }
        Set<String> jars = new HashSet<>();
        Set<String> models = new HashSet<>();
        for (Generation generation : all) {
            if (kept.contains(generation.hash())) {
                generation.bundles().stream().map(BundleEntry::sha256).forEach(jars::add);
                generation.deployments().values().forEach(d -> models.add(d.model()));
            }
        }
        generations.retain(kept);
        bundles.retain(jars);
        return models;
    }

    /** An empty folder for what comes from elsewhere; what an earlier life left in it is gone. */
    Path incoming() throws IOException {
        Path folder = data.resolve("store").resolve("incoming");
        Durable.deleteTree(folder);
        return Files.createDirectories(folder);
    }
}
