package ai.tenon.provisioning.internal;

import ai.tenon.management.BundleInfo;
import ai.tenon.management.GatewayStatus;
import ai.tenon.management.GenerationInfo;
import ai.tenon.store.BundleEntry;
import ai.tenon.store.Generation;
import ai.tenon.store.GenerationStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.startlevel.BundleStartLevel;

/** What there is, for people. */
final class Views {
    private final BundleContext context;
    private final GatewayState state;

    Views(BundleContext context, GatewayState state) {
        this.context = context;
        this.state = state;
    }

    List<BundleInfo> bundles() {
        Bundle[] all = context.getBundles();
        Requirements requirements = new Requirements(Arrays.asList(all));
        return Arrays.stream(all)
                .map(bundle -> bundle(bundle, requirements))
                .sorted(
                        Comparator.comparingInt(BundleInfo::startLevel)
                                .thenComparing(BundleInfo::symbolicName)
                                .thenComparing(BundleInfo::version))
                .toList();
    }

    private static BundleInfo bundle(Bundle bundle, Requirements requirements) {
        String location = bundle.getLocation();
        String hash =
                location.startsWith(BundleEntry.LOCATION_PREFIX)
                        ? location.substring(BundleEntry.LOCATION_PREFIX.length())
                        : "";
        return new BundleInfo(
                bundle.getSymbolicName(),
                bundle.getVersion().toString(),
                hash,
                bundle.adapt(BundleStartLevel.class).getStartLevel(),
                stateName(bundle.getState()),
                RestartRule.appliesTo(bundle),
                problem(bundle, requirements));
    }

    private static String problem(Bundle bundle, Requirements requirements) {
        if (bundle.getState() == Bundle.INSTALLED) {
            return requirements.missing(bundle).orElse("it does not resolve");
        }
        boolean stopped =
                bundle.getState() == Bundle.RESOLVED
                        && !RestartRule.isFragment(bundle)
                        && bundle.adapt(BundleStartLevel.class).isPersistentlyStarted();
        return stopped ? "it did not start, or was stopped; the log says why" : "";
    }

    private static String stateName(int state) {
        return switch (state) {
            case Bundle.INSTALLED -> "INSTALLED";
            case Bundle.RESOLVED -> "RESOLVED";
            case Bundle.STARTING -> "STARTING";
            case Bundle.STOPPING -> "STOPPING";
            case Bundle.ACTIVE -> "ACTIVE";
            default -> "UNINSTALLED";
        };
    }

    List<GenerationInfo> generations() {
        try {
            String current = state.current().hash();
            Optional<String> good = state.generations().good();
            Optional<String> failed =
                    state.generations().failed().map(GenerationStore.Attempts::generation);
            List<GenerationInfo> infos = new ArrayList<>();
            for (Generation g : state.generations().list()) {
                String hash = g.hash();
                String word =
                        hash.equals(current)
                                ? "current"
                                : good.equals(Optional.of(hash))
                                        ? "good"
                                        : failed.equals(Optional.of(hash)) ? "failed" : "old";
                infos.add(
                        new GenerationInfo(
                                g.number(),
                                hash,
                                g.cause(),
                                word,
                                g.created(),
                                g.bundles().size(),
                                g.deployments().size()));
            }
            return infos;
        } catch (IOException e) {
            throw new UncheckedIOException("the generations cannot be read", e);
        }
    }

    GatewayStatus status(boolean ready) {
        ProcessHandle process = ProcessHandle.current();
        long started = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return new GatewayStatus(
                ready,
                String.valueOf(context.getProperty("ai.tenon.profile")),
                String.valueOf(context.getProperty("ai.tenon.version")),
                state.current().number(),
                started == 0 ? 0 : System.currentTimeMillis() - started,
                process.pid());
    }
}
