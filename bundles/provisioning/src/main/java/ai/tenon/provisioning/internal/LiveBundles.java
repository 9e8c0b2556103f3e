package ai.tenon.provisioning.internal;

import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.store.BundleEntry;
import ai.tenon.store.ContentStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;

/** Puts bundles into the running framework and takes them out. Used by one thread only. */
final class LiveBundles {
    private static final long REFRESH_SECONDS = 30;
    private static final String API = "ai.tenon.";

    private final BundleContext context;
    private final ContentStore store;
    private final FrameworkWiring wiring;

    LiveBundles(BundleContext context, ContentStore store) {
        this.context = context;
        this.store = store;
        this.wiring = context.getBundle(0).adapt(FrameworkWiring.class);
    }

    /** The installed bundles of those entries; one that is not installed is left out. */
    List<Bundle> find(Collection<BundleEntry> entries) {
        List<Bundle> found = new ArrayList<>();
        for (BundleEntry entry : entries) {
            Bundle bundle = context.getBundle(entry.location());
            if (bundle != null) {
                found.add(bundle);
            }
        }
        return found;
    }

    /** The one place at which a bundle is verified before it comes in. */
    Bundle install(BundleEntry entry) throws ManagementException, IOException {
        Path file = store.verify(entry.sha256());
        try (InputStream in = Files.newInputStream(file)) {
            Bundle bundle = context.installBundle(entry.location(), in);
            bundle.adapt(BundleStartLevel.class).setStartLevel(entry.startLevel());
            return bundle;
        } catch (BundleException e) {
            throw new ManagementException(
                    Kind.REFUSED, entry.identity() + " cannot be installed: " + e.getMessage(), e);
        }
    }

    /**
     * Refuses a change after which a bundle would lack something: one that arrives, or one that
     * stays and lacks nothing now.
     */
    void check(List<Bundle> arriving, List<Bundle> leaving) throws ManagementException {
        List<Bundle> after = new ArrayList<>(Arrays.asList(context.getBundles()));
        after.removeAll(leaving);
        for (Bundle bundle : arriving) {
            refuseForeignApi(bundle, after);
        }
        Requirements requirements = new Requirements(after);
        for (Bundle bundle : after) {
            boolean worksNow = (bundle.getState() & (Bundle.INSTALLED | Bundle.UNINSTALLED)) == 0;
            if (worksNow || arriving.contains(bundle)) {
                String missing = requirements.missing(bundle).orElse(null);
                if (missing != null) {
                    throw new ManagementException(Kind.REFUSED, missing);
                }
            }
        }
    }

    /** A second copy of the api would take over the first one's users at the next start. */
    private static void refuseForeignApi(Bundle arriving, List<Bundle> after)
            throws ManagementException {
        Set<String> exported = new HashSet<>(exported(arriving));
        exported.removeIf(name -> !name.startsWith(API));
        for (Bundle owner : after) {
            for (String name : exported(owner)) {
                if (exported.contains(name)
                        && !owner.getSymbolicName().equals(arriving.getSymbolicName())) {
                    throw new ManagementException(
                            Kind.REFUSED,
                            arriving.getSymbolicName()
                                    + " "
                                    + arriving.getVersion()
                                    + " exports "
                                    + name
                                    + ", which is "
                                    + owner.getSymbolicName()
                                    + "'s; leave it out of the bundle and import it");
                }
            }
        }
    }

    private static List<String> exported(Bundle bundle) {
        return bundle
                .adapt(BundleRevision.class)
                .getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE)
                .stream()
                .map(c -> String.valueOf(c.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE)))
                .toList();
    }

    void resolve(List<Bundle> arriving) throws ManagementException {
        if (arriving.isEmpty() || wiring.resolveBundles(arriving)) {
            return;
        }
        for (Bundle bundle : arriving) {
            if (bundle.getState() == Bundle.INSTALLED) {
                throw new ManagementException(
                        Kind.REFUSED,
                        bundle.getSymbolicName()
                                + " "
                                + bundle.getVersion()
                                + " does not resolve: "
                                + whyNot(bundle));
            }
        }
    }

    /** Only starting an unresolved bundle makes the framework say what is in its way. */
    private static String whyNot(Bundle bundle) {
        try {
            bundle.start(Bundle.START_TRANSIENT);
            return "it resolves only when it is started alone";
        } catch (BundleException e) {
            return e.getMessage();
        }
    }

    /** Bundles that stay but would be restarted if those went. */
    List<Bundle> dependents(List<Bundle> leaving) {
        Set<Bundle> closure = new HashSet<>(wiring.getDependencyClosure(leaving));
        closure.removeAll(leaving);
        return List.copyOf(closure);
    }

    void start(List<Bundle> arriving) throws ManagementException {
        for (Bundle bundle : arriving) {
            if (!RestartRule.isFragment(bundle)) {
                try {
                    bundle.start(Bundle.START_ACTIVATION_POLICY);
                } catch (BundleException e) {
                    throw new ManagementException(
                            Kind.FAILED,
                            bundle.getSymbolicName()
                                    + " "
                                    + bundle.getVersion()
                                    + " does not start: "
                                    + reason(e),
                            e);
                }
            }
        }
    }

    /** The framework only says that an activator failed; what it threw says why. */
    private static String reason(Exception e) {
        return e.getCause() == null ? e.getMessage() : e.getMessage() + " " + e.getCause();
    }

    /**
     * Stops, uninstalls and forgets bundles.
     *
     * @return what went wrong on the way, for people; the bundles are gone all the same
     */
    List<String> remove(List<Bundle> leaving) {
        List<String> problems = new ArrayList<>();
        for (Bundle bundle : leaving) {
            try {
                bundle.stop();
            } catch (BundleException | IllegalStateException e) {
                problems.add(bundle.getSymbolicName() + " did not stop: " + reason(e));
            }
            try {
                bundle.uninstall();
            } catch (BundleException | IllegalStateException e) {
                problems.add(
                        bundle.getSymbolicName() + " stays until a restart: " + e.getMessage());
            }
        }
        if (!leaving.isEmpty()) {
            refresh(leaving, problems);
        }
        return problems;
    }

    private void refresh(List<Bundle> bundles, List<String> problems) {
        CountDownLatch refreshed = new CountDownLatch(1);
        FrameworkListener listener = event -> refreshed.countDown();
        wiring.refreshBundles(bundles, listener);
        try {
            if (!refreshed.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
                problems.add("the framework still refreshes after " + REFRESH_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add("interrupted while the framework refreshed");
        }
    }
}
