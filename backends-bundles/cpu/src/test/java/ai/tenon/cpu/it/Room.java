package ai.tenon.cpu.it;

import ai.tenon.backend.Backend;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.FrameworkWiring;

/** A framework with SCR; the classes of api and graph are those of the test. */
final class Room implements AutoCloseable {
    private static final List<String> BUNDLES =
            List.of(
                    "org.osgi.util.function-",
                    "org.osgi.util.promise-",
                    "org.osgi.service.component-",
                    "logging-",
                    "org.apache.felix.scr-");

    private final Framework framework;

    Room(Path storage) throws Exception {
        framework =
                ServiceLoader.load(FrameworkFactory.class)
                        .findFirst()
                        .orElseThrow()
                        .newFramework(
                                Map.of(
                                        Constants.FRAMEWORK_STORAGE,
                                        storage.toString(),
                                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                                        exportsOf("api-0") + "," + exportsOf("graph-0")));
        framework.start();
        for (String name : BUNDLES) {
            context().installBundle(jar(name).toUri().toString());
        }
        for (Bundle bundle : context().getBundles()) {
            bundle.start();
        }
    }

    /** The jar on the class path whose file name starts so. */
    static Path jar(String prefix) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().startsWith(prefix))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + prefix + " on the path"));
    }

    /** A copy of a bundle that has another version. */
    static Path versioned(Path jar, String version, Path to) throws IOException {
        try (JarFile from = new JarFile(jar.toFile())) {
            Manifest manifest = new Manifest(from.getManifest());
            manifest.getMainAttributes().putValue(Constants.BUNDLE_VERSION, version);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
                for (Enumeration<JarEntry> all = from.entries(); all.hasMoreElements(); ) {
                    JarEntry entry = all.nextElement();
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        from.getInputStream(entry).transferTo(out);
                    }
                }
            }
            return Files.write(to, bytes.toByteArray());
        }
    }

    private static String exportsOf(String prefix) throws IOException {
        try (JarFile jar = new JarFile(jar(prefix).toFile())) {
            return jar.getManifest()
                    .getMainAttributes()
                    .getValue(Constants.EXPORT_PACKAGE)
                    .replaceAll(";uses:=\"[^\"]*\"", "");
        }
    }

    private BundleContext context() {
        return framework.getBundleContext();
    }

    /** Installs and starts a bundle beside those that are there. */
    Bundle start(Path jar, String location) throws Exception {
        try (InputStream bytes = Files.newInputStream(jar)) {
            Bundle bundle = context().installBundle(location, bytes);
            bundle.start();
            return bundle;
        }
    }

    Backend backendOf(Bundle bundle) throws Exception {
        for (ServiceReference<Backend> each : context().getServiceReferences(Backend.class, null)) {
            if (each.getBundle() == bundle) {
                return context().getService(each);
            }
        }
        throw new IllegalStateException(bundle + " offers no backend");
    }

    /** Stops and uninstalls a bundle and lets go of its classes. */
    void remove(Bundle bundle) throws Exception {
        bundle.uninstall();
        refresh(List.of(bundle));
        // Felix's thread that delivers events holds the last one, and with it the bundle
        refresh(List.of());
    }

    private void refresh(List<Bundle> bundles) throws InterruptedException {
        CountDownLatch refreshed = new CountDownLatch(1);
        framework
                .adapt(FrameworkWiring.class)
                .refreshBundles(
                        bundles,
                        event -> {
                            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                                refreshed.countDown();
                            }
                        });
        refreshed.await();
    }

    @Override
    public void close() throws Exception {
        framework.stop();
        framework.waitForStop(0);
    }
}
