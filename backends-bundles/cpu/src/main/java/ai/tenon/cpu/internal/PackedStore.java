package ai.tenon.cpu.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.Signature;
import ai.tenon.cpu.internal.engine.Engine;
import ai.tenon.cpu.internal.engine.Memory;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.plan.Plan;
import ai.tenon.cpu.internal.plan.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a model's packed weights are kept: one file per model, instruction set, build of the
 * library and way to compute. All executables map the same pages.
 */
final class PackedStore {
    private static final Logger LOG = LoggerFactory.getLogger(PackedStore.class);

    private static final String SUFFIX = ".packed";

    /** Files that are kept at most. */
    private static final int MOST = 32;

    private static final long ROOM = 64L << 20;
    private static final int ROOM_FACTOR = 8;

    private final Path file;
    private final String key;
    private final PackedFile kept;

    private PackedStore(Path file, String key) {
        this.file = file;
        this.key = key;
        this.kept = PackedFile.read(file, key);
    }

    /** The store of a model; null if nothing may be kept. */
    static PackedStore of(
            ModelSource source, CompileOptions options, Lowering.Options lowering, Engine engine) {
        Path folder = options.cacheFolder().orElse(null);
        if (folder == null || !source.sha256().matches("[0-9a-f]{16,}")) {
            return null;
        }
        String precision = lowering.bf16() ? "bf16" : "fp32";
        String key = String.join(" ", source.sha256(), engine.isa(), engine.build(), precision);
        String name = String.join("-", source.sha256(), engine.isa(), precision) + SUFFIX;
        return new PackedStore(folder.resolve(name), key);
    }

    /** Files of models that were opened longest ago go; whoever has one mapped keeps its pages. */
    private void prune() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(file.getParent())) {
            files = new ArrayList<>(all.filter(each -> each.toString().endsWith(SUFFIX)).toList());
        }
        files.sort(Comparator.comparingLong(each -> -each.toFile().lastModified()));
        for (Path old : files.subList(Math.min(MOST, files.size()), files.size())) {
            Files.deleteIfExists(old);
        }
    }

    /** What was kept; null if there is nothing, or nothing that fits. */
    PackedFile kept() {
        return kept;
    }

    /** The kept weights, mapped; null if that fails. */
    Weights weights(Engine engine) throws BackendException {
        long capacity = ROOM + ROOM_FACTOR * kept.blobBytes();
        Memory memory = Memory.reserve(capacity);
        if (!memory.map(file, kept.blobOffset(), kept.blobBytes())) {
            memory.close();
            return null;
        }
        // the time of the last use: what was used longest ago goes first
        file.toFile().setLastModified(System.currentTimeMillis());
        return Weights.kept(engine, memory, kept.entries(), kept.blobBytes());
    }

    /**
     * Keeps what was packed, and lets it be read from the file from now on. A failure is told in
     * the log only: the model runs without.
     */
    void keep(Weights weights, Signature signature, Map<long[][], Plan> plans) {
        long bytes = weights.seal(PackedFile.pages(weights.used()));
        try {
            PackedFile packed =
                    new PackedFile(
                            signature, weights.entries(), new LinkedHashMap<>(plans), 0, bytes);
            ByteBuffer view = weights.memory().view(0, bytes);
            packed.write(file, key, view);
            PackedFile written = PackedFile.read(file, key);
            if (written != null) {
                weights.memory().map(file, written.blobOffset(), written.blobBytes());
            }
            prune();
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("Packed weights cannot be kept in {}: {}", file, e.toString());
        }
    }
}
