package ai.tenon.djl.onnxruntime.next;

import ai.tenon.backend.Backend;
import java.io.File;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.jar.JarFile;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.FrameworkWiring;

/** A framework with the providers in it. The api's classes are those of the test. */
final class Gateway implements AutoCloseable {
    private static final List<String> BUNDLES =
            List.of(
                    "org.osgi.util.function",
                    "org.osgi.util.promise",
                    "org.osgi.service.component-",
                    "org.apache.felix.scr",
                    "gson",
                    "logging",
                    "onnxruntime-native",
                    "djl-0",
                    "tokenizers-native",
                    "onnxruntime-direct");

    private final Framework framework;

    Gateway(Path storage) throws Exception {
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
        List<Bundle> installed = new ArrayList<>();
        for (String name : BUNDLES) {
            installed.add(install(jar(name), name));
        }
        for (Bundle bundle : installed) {
            bundle.start();
        }
    }

    /** The jar on the class path whose file name starts so. */
    static Path jar(String prefix) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().startsWith(prefix))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("no " + prefix + " on the class path"));
    }

    private static String exportsOf(String prefix) throws Exception {
        try (JarFile jar = new JarFile(jar(prefix).toFile())) {
            return jar.getManifest()
                    .getMainAttributes()
                    .getValue(Constants.EXPORT_PACKAGE)
                    .replaceAll(";uses:=\"[^\"]*\"", "");
        }
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    Bundle bundle(String symbolicName) {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> bundle.getSymbolicName().equals(symbolicName))
                .findFirst()
                .orElseThrow();
    }

    Bundle install(Path jar, String location) throws Exception {
        try (InputStream bytes = Files.newInputStream(jar)) {
            return context().installBundle(location, bytes);
        }
    }

    /** The backend that a bundle offers now. */
    Optional<Backend> backendOf(Bundle bundle) throws Exception {
        Collection<ServiceReference<Backend>> references =
                context().getServiceReferences(Backend.class, null);
        return references.stream()
                .filter(reference -> reference.getBundle() == bundle)
                .findFirst()
                .map(context()::getService);
    }

    /** Stops and uninstalls a bundle and lets go of its classes. */
    void remove(Bundle bundle) throws Exception {
        bundle.uninstall();
        CountDownLatch refreshed = new CountDownLatch(1);
        framework
                .adapt(FrameworkWiring.class)
                .refreshBundles(
                        List.of(bundle),
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
