package ai.tenon.launcher;

import ai.tenon.store.BundleEntry;
import ai.tenon.store.Durable;
import ai.tenon.store.Generation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * Makes the bundles of a framework that does not run yet those of a generation. The framework's
 * cache is only kept after a clean stop: it is not written durably, and can be made again.
 */
final class FrameworkContent {
    private final Path cache;
    private final Path clean;

    FrameworkContent(Path data) {
        cache = data.resolve("run").resolve("cache");
        clean = data.resolve("run").resolve("cache.clean");
    }

    /** The cache's folder; empty unless the last stop was a clean one. */
    Path open() throws IOException {
        if (Files.exists(clean)) {
            Files.delete(clean);
        } else {
            Durable.deleteTree(cache);
        }
        Files.createDirectories(cache.getParent());
        return cache;
    }

    /** The framework has stopped as it should. */
    void stopped() throws IOException {
        Files.createFile(clean);
    }

    /** Where the content of a hash lies, verified. */
    interface Content {
        Path verified(String hash) throws IOException;
    }

    /** Uninstalls what the generation does not have, and installs what it has. */
    static void match(BundleContext context, Generation generation, Content content)
            throws IOException, BundleException {
        Map<String, BundleEntry> wanted =
                generation.bundles().stream()
                        .collect(
                                Collectors.toMap(
                                        BundleEntry::location, Function.identity(), (a, b) -> a));
        Map<String, Bundle> present = new HashMap<>();
        for (Bundle bundle : context.getBundles()) {
            if (wanted.containsKey(bundle.getLocation())) {
                present.put(bundle.getLocation(), bundle);
            } else if (bundle.getBundleId() != Constants.SYSTEM_BUNDLE_ID) {
                bundle.uninstall();
            }
        }
        for (BundleEntry entry : inOrder(wanted.values())) {
            Bundle bundle = present.get(entry.location());
            if (bundle == null) {
                Path file = content.verified(entry.sha256());
                try (InputStream in = Files.newInputStream(file)) {
                    bundle = context.installBundle(entry.location(), in);
                }
            }
            start(bundle, entry.startLevel());
        }
    }

    private static Collection<BundleEntry> inOrder(Collection<BundleEntry> entries) {
        return entries.stream()
                .sorted(
                        java.util.Comparator.comparingInt(BundleEntry::startLevel)
                                .thenComparing(BundleEntry::identity))
                .toList();
    }

    /** Marks a bundle as one that runs once the framework reaches its start level. */
    static void start(Bundle bundle, int level) throws BundleException {
        bundle.adapt(BundleStartLevel.class).setStartLevel(level);
        if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
        }
    }
}
