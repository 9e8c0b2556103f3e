package ai.tenon.http.internal;

import ai.tenon.inference.Endpoint;
import ai.tenon.management.Operations;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.condition.Condition;

/**
 * A real framework with Felix HTTP, SCR and the bundle that is built here. The packages of api and
 * graph come from the test's own class path, so that tests can register services of their types.
 */
final class TestFramework implements AutoCloseable {
    private static final String SHARED =
            shared()
                    + ",org.slf4j;version=2.0.17,org.slf4j.spi;version=2.0.17,"
                    + "org.slf4j.event;version=2.0.17,org.slf4j.helpers;version=2.0.17";

    private static final List<String> BUNDLES =
            List.of(
                    "org.osgi.util.function",
                    "org.osgi.util.promise",
                    "org.osgi.service.component",
                    "org.osgi.service.servlet",
                    "org.apache.felix.scr",
                    "org.apache.felix.configadmin",
                    "org.apache.felix.http.servlet-api",
                    "org.apache.felix.http.jetty12",
                    "org.apache.commons.commons-io",
                    "org.apache.commons.commons-fileupload",
                    "com.fasterxml.jackson.core.jackson-core",
                    "com.fasterxml.jackson.core.jackson-annotations",
                    "com.fasterxml.jackson.core.jackson-databind");

    private final Framework framework;
    private final Path data;

    /**
     * Starts everything but the bundle that is tested.
     *
     * @param folder for the framework and the gateway's data
     */
    TestFramework(Path folder, Map<String, String> properties) throws BundleException {
        data = folder.resolve("data");
        Map<String, String> all = new HashMap<>();
        all.put(Constants.FRAMEWORK_STORAGE, folder.resolve("cache").toString());
        all.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SHARED);
        all.put("org.apache.felix.http.require.config", "true");
        all.put("ai.tenon.data", data.toString());
        all.put("ai.tenon.profile", "test");
        all.put("ai.tenon.version", "1.2.3");
        all.put("ai.tenon.http.port", "0");
        all.putAll(properties);
        framework =
                ServiceLoader.load(FrameworkFactory.class)
                        .findFirst()
                        .orElseThrow()
                        .newFramework(all);
        framework.start();
        Map<String, Path> jars = jars();
        List<Bundle> installed = new ArrayList<>();
        for (String name : BUNDLES) {
            installed.add(context().installBundle("reference:" + jars.get(name).toUri()));
        }
        for (Bundle bundle : installed) {
            bundle.start();
        }
    }

    /** Starts the bundle that is tested. */
    Bundle startHttp() throws BundleException {
        Bundle bundle = context().installBundle("reference:" + builtJar().toUri());
        bundle.start();
        return bundle;
    }

    /** Starts a bundle of one class, its activator. */
    void startBundle(Class<? extends BundleActivator> activator, String imports)
            throws BundleException, IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, activator.getName());
        headers.putValue(Constants.BUNDLE_ACTIVATOR, activator.getName());
        headers.putValue(Constants.IMPORT_PACKAGE, "org.osgi.framework," + imports);
        String file = activator.getName().replace('.', '/') + ".class";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest);
                InputStream in = activator.getClassLoader().getResourceAsStream(file)) {
            jar.putNextEntry(new ZipEntry(file));
            in.transferTo(jar);
        }
        context()
                .installBundle(activator.getName(), new ByteArrayInputStream(bytes.toByteArray()))
                .start();
    }

    /** Configures the bundle that is tested; texts, as a profile does. */
    void configure(Map<String, Object> values) throws Exception {
        // by reflection: its classes are others than those on the test's class path
        Object admin =
                context()
                        .getService(
                                context()
                                        .getAllServiceReferences(
                                                "org.osgi.service.cm.ConfigurationAdmin", null)[0]);
        Object configuration =
                admin.getClass()
                        .getMethod("getConfiguration", String.class, String.class)
                        .invoke(admin, "ai.tenon.http", "?");
        configuration
                .getClass()
                .getMethod("update", java.util.Dictionary.class)
                .invoke(configuration, FrameworkUtil.asDictionary(values));
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    Path data() {
        return data;
    }

    ServiceRegistration<?> register(Endpoint endpoint) {
        return register(Endpoint.class, endpoint, Map.of(Endpoint.NAME, endpoint.name()));
    }

    ServiceRegistration<?> register(Operations operations) {
        return register(Operations.class, operations, Map.of());
    }

    ServiceRegistration<?> registerReady() {
        return register(
                Condition.class,
                Condition.INSTANCE,
                Map.of(Condition.CONDITION_ID, "ai.tenon.ready"));
    }

    <S> ServiceRegistration<?> register(Class<S> type, S service, Map<String, ?> properties) {
        return context().registerService(type, service, FrameworkUtil.asDictionary(properties));
    }

    @Override
    public void close() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(10_000);
    }

    private static Path builtJar() {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(f -> f.getFileName().toString().matches("http-[0-9.]+.*\\.jar"))
                    .findFirst()
                    .orElseThrow()
                    .toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bundles on the test's class path. */
    private static Map<String, Path> jars() {
        Map<String, Path> jars = new HashMap<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            if (entry.endsWith(".jar")) {
                try (JarFile jar = new JarFile(entry)) {
                    String name =
                            jar.getManifest()
                                    .getMainAttributes()
                                    .getValue(Constants.BUNDLE_SYMBOLICNAME);
                    if (name != null) {
                        jars.put(name.split(";")[0].trim(), Path.of(entry));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return jars;
    }

    /** What api and graph export, with the versions that their own manifests say. */
    private static String shared() {
        List<String> exports = new ArrayList<>();
        try {
            for (URL url :
                    Collections.list(
                            TestFramework.class
                                    .getClassLoader()
                                    .getResources("META-INF/MANIFEST.MF"))) {
                try (InputStream in = url.openStream()) {
                    Attributes headers = new Manifest(in).getMainAttributes();
                    if (Arrays.asList("ai.tenon.api", "ai.tenon.graph")
                            .contains(headers.getValue("Bundle-SymbolicName"))) {
                        exports.add(headers.getValue("Export-Package"));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return String.join(",", exports);
    }
}
