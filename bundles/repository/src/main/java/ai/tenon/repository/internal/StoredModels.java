package ai.tenon.repository.internal;

import ai.tenon.management.ModelRepository;
import ai.tenon.model.ModelFormat;
import ai.tenon.model.ModelVersion;
import ai.tenon.store.ContentStore;
import ai.tenon.store.Durable;
import ai.tenon.store.Sha256;
import ai.tenon.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Models in {@code DATA/store/models}, a folder per package. */
@Component(configurationPid = "ai.tenon.repository")
public final class StoredModels implements ModelRepository {
    private static final String DEFAULT_MAX_BYTES = "17179869184";
    private static final String DEFAULT_MAX_FITTED_BYTES = "2147483648";

    private final Path folder;
    private final long maxBytes;
    private final FittedModels fitted;
    private final Durable durable = new Durable();
    private final List<ModelFormat> formats = new CopyOnWriteArrayList<>();

    /**
     * @param configuration {@code maxBytes}: the largest package that is taken; {@code
     *     maxFittedBytes}: how much of what recipes made is kept
     */
    @Activate
    public StoredModels(BundleContext context, Map<String, Object> configuration) {
        this(
                Path.of(context.getProperty("ai.tenon.data")),
                number(configuration, "maxBytes", DEFAULT_MAX_BYTES),
                number(configuration, "maxFittedBytes", DEFAULT_MAX_FITTED_BYTES));
    }

    StoredModels(Path data, long maxBytes, long maxFittedBytes) {
        this.folder = data.resolve("store").resolve("models");
        this.maxBytes = maxBytes;
        this.fitted = new FittedModels(data.resolve("store").resolve("fitted"), maxFittedBytes);
    }

    private static long number(Map<String, Object> configuration, String key, String otherwise) {
        return Long.parseLong(String.valueOf(configuration.getOrDefault(key, otherwise)));
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindFormat(ModelFormat format) {
        formats.add(format);
    }

    void unbindFormat(ModelFormat format) {
        formats.remove(format);
    }

    @Override
    public ModelVersion add(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new StoreException("there is no model file " + file);
        }
        ModelFormat format = format(file);
        Path copy = durable.newFolder(folder);
        try {
            long room = Math.min(maxBytes, Files.getFileStore(copy).getUsableSpace());
            PackageManifest manifest = new PackageCopy(format, copy, room).copy(file);
            String hash = manifest.hash();
            Optional<ModelVersion> known = find(hash);
            if (known.isPresent()) {
                return known.get();
            }
            Durable.deleteTree(folder.resolve(hash));
            Files.write(
                    copy.resolve(PackageManifest.FILE),
                    manifest.text().getBytes(StandardCharsets.UTF_8));
            durable.publish(copy, folder.resolve(hash));
            return version(hash, manifest);
        } finally {
            Durable.deleteTree(copy);
        }
    }

    private ModelFormat format(Path file) throws StoreException {
        String name = file.getFileName().toString();
        return formats.stream()
                .filter(f -> f.accepts(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new StoreException(
                                        "no installed format reads "
                                                + name
                                                + "; there are "
                                                + formats.stream()
                                                        .map(ModelFormat::name)
                                                        .toList()));
    }

    @Override
    public Optional<ModelVersion> find(String sha256) {
        if (!Sha256.isHash(sha256)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    version(sha256, PackageManifest.read(folder.resolve(sha256), sha256)));
        } catch (IOException | IllegalArgumentException e) {
            // A package that is not whole is no model; the same one can be added again.
            return Optional.empty();
        }
    }

    private ModelVersion version(String hash, PackageManifest manifest) {
        return new ModelVersion(
                hash,
                folder.resolve(hash).resolve(manifest.model()),
                manifest.model(),
                manifest.bytes());
    }

    @Override
    public List<ModelVersion> list() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> packages = Files.list(folder)) {
            return packages.map(p -> find(p.getFileName().toString()))
                    .flatMap(Optional::stream)
                    .sorted(java.util.Comparator.comparing(ModelVersion::fileName))
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(folder + " cannot be read", e);
        }
    }

    @Override
    public void retain(Set<String> sha256) throws IOException {
        new ContentStore(folder).retain(sha256);
    }

    @Override
    public Optional<ModelVersion> findFitted(String identity) throws IOException {
        return fitted.find(identity);
    }

    @Override
    public ModelVersion keepFitted(String identity, ByteBuffer content) throws IOException {
        return fitted.keep(identity, content);
    }
}
