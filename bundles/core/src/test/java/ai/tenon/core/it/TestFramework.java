package ai.tenon.core.it;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.inference.Endpoint;
import ai.tenon.management.BackendRef;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.Deployments;
import ai.tenon.model.ModelFormat;
import ai.tenon.model.ModelVersion;
import ai.tenon.model.Recipe;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * A real Felix with SCR and the core bundle; api and graph come from the test's own class path, so
 * that both see one type.
 */
final class TestFramework implements AutoCloseable {
    private static final List<String> BUNDLES =
            List.of(
                    "logging-",
                    "org.osgi.util.function-",
                    "org.osgi.util.promise-",
                    "org.osgi.service.component-",
                    "org.apache.felix.configadmin-",
                    "org.apache.felix.eventadmin-",
                    "org.apache.felix.scr-",
                    "core-0");
    private final Framework framework;

    TestFramework(Path cache, Map<String, Object> coreSettings) throws Exception {
        framework =
                java.util.ServiceLoader.load(FrameworkFactory.class)
                        .iterator()
                        .next()
                        .newFramework(
                                Map.of(
                                        Constants.FRAMEWORK_STORAGE,
                                        cache.toString(),
                                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                                        shared(),
                                        "felix.log.level",
                                        "1"));
        framework.start();
        for (String name : BUNDLES) {
            String jar =
                    Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                            .filter(
                                    entry ->
                                            Path.of(entry)
                                                    .getFileName()
                                                    .toString()
                                                    .startsWith(name))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new IllegalStateException(
                                                    "no " + name + " on the class path"));
            framework.getBundleContext().installBundle(Path.of(jar).toUri().toString());
        }
        framework.getBundleContext().registerService(ModelFormat.class, new TestFormat(), null);
        for (Bundle bundle : framework.getBundleContext().getBundles()) {
            bundle.start();
        }
        configure(coreSettings);
        waitFor("the core", () -> context().getServiceReference(Deployments.class) != null);
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    Framework framework() {
        return framework;
    }

    /**
     * Configuration Admin's types are not on the test's class path as the bundle sees them, so this
     * goes by reflection.
     */
    void configure(Map<String, Object> settings) throws Exception {
        ServiceReference<?> reference =
                context()
                        .getAllServiceReferences("org.osgi.service.cm.ConfigurationAdmin", null)[0];
        Object admin = context().getService(reference);
        Object configuration =
                reference
                        .getBundle()
                        .loadClass("org.osgi.service.cm.ConfigurationAdmin")
                        .getMethod("getConfiguration", String.class, String.class)
                        .invoke(admin, "ai.tenon.core", "?");
        reference
                .getBundle()
                .loadClass("org.osgi.service.cm.Configuration")
                .getMethod("update", Dictionary.class)
                .invoke(configuration, new Hashtable<>(settings));
        Thread.sleep(100);
    }

    Deployments core() {
        return context().getService(context().getServiceReference(Deployments.class));
    }

    Endpoint endpoint(String name) {
        try {
            ServiceReference<Endpoint> reference =
                    context()
                            .getServiceReferences(
                                    Endpoint.class, "(" + Endpoint.NAME + "=" + name + ")")
                            .iterator()
                            .next();
            return context().getService(reference);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    boolean isReady() {
        try {
            return context()
                            .getServiceReferences(
                                    "org.osgi.service.condition.Condition",
                                    "(osgi.condition.id=ai.tenon.ready)")
                    != null;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Installs and starts a test backend. */
    Bundle backend(String name, String version, String... behaviour)
            throws BundleException, IOException {
        Bundle bundle =
                context()
                        .installBundle(
                                "test:" + name + ":" + version, jar(name, version, behaviour));
        bundle.start();
        return bundle;
    }

    static InputStream jar(String name, String version, String... behaviour) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.putValue("Manifest-Version", "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "test." + name);
        headers.putValue("Bundle-Version", version);
        headers.putValue("Bundle-Activator", "ai.tenon.core.it.backend.Activator");
        headers.putValue(
                "Import-Package",
                "org.osgi.framework,ai.tenon.backend;version=\"[1.0,2)\",ai.tenon.graph;version=\"[1.0,2)\"");
        headers.putValue("Test-Name", name);
        for (String header : behaviour) {
            headers.putValue(
                    header.substring(0, header.indexOf('=')),
                    header.substring(header.indexOf('=') + 1));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (String type :
                    List.of(
                            "Activator",
                            "TestBackend",
                            "TestBackend$Doubling",
                            "TestBackend$Doubling$Context")) {
                String path = "ai/tenon/core/it/backend/" + type + ".class";
                jar.putNextEntry(new JarEntry(path));
                try (InputStream in =
                        TestFramework.class.getClassLoader().getResourceAsStream(path)) {
                    in.transferTo(jar);
                }
                jar.closeEntry();
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    static DeploymentSpec spec(String name, String pin) {
        return new DeploymentSpec(
                name,
                new ModelVersion("0".repeat(64), Path.of("model.test"), "model.test", 1),
                Recipe.NONE,
                pin == null ? null : BackendRef.parse(pin),
                true,
                Map.of());
    }

    /** A deployment of the model that is a chain of Neg, Add, Neg. */
    static DeploymentSpec chain(String pin, Map<String, String> settings) {
        return new DeploymentSpec(
                "e",
                new ModelVersion("1".repeat(64), Path.of("chain.test"), "chain.test", 1),
                Recipe.NONE,
                pin == null ? null : BackendRef.parse(pin),
                true,
                settings);
    }

    static void waitFor(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain for " + what);
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() throws Exception {
        framework.stop();
        framework.waitForStop(60_000);
    }

    /** "Reads" the two models of these tests, which double x[4] to y[4]. */
    private static final class TestFormat implements ModelFormat {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public boolean accepts(String fileName) {
            return fileName.endsWith(".test");
        }

        @Override
        public Model read(Path file) {
            boolean chain = file != null && file.endsWith("chain.test");
            ValueType type = ValueType.tensor(DataType.FLOAT, 4);
            Graph graph = new Graph("test");
            Value x = graph.addInput("x", type);
            if (chain) {
                Value a = graph.newValue("a", type);
                graph.add("", "Neg", "before", List.of(x), List.of(a));
                x = a;
            }
            Value y = graph.newValue(chain ? "b" : "y", type);
            graph.add("", "Add", "double", List.of(x, x), List.of(y));
            if (chain) {
                Value b = y;
                y = graph.newValue("y", type);
                graph.add("", "Neg", "behind", List.of(b), List.of(y));
            }
            graph.addOutput(y);
            Model model = new Model(graph);
            model.opsetImports().put("", 17L);
            return model;
        }

        @Override
        public Model read(ByteBuffer bytes) {
            return read((Path) null);
        }

        @Override
        public void write(Model model, Path file) {
            throw new IllegalStateException("these tests write no models");
        }

        @Override
        public ByteBuffer write(Model model) {
            throw new IllegalStateException("these tests write no models");
        }

        @Override
        public Datum readValue(ByteBuffer bytes, String kind) {
            throw new IllegalStateException("these tests read no values");
        }
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
