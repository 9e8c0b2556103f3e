package ai.tenon.evaluation.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.evaluation.Metric;
import ai.tenon.evaluation.internal.TestPass;
import ai.tenon.measurement.Stopwatch;
import ai.tenon.model.Recipe;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.Stage;
import ai.tenon.optimizer.Optimizer;
import ai.tenon.optimizer.Recipes;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * The bundle in a real Felix with SCR; api and graph come from the test's own class path, so that
 * both see one type.
 */
class ServicesIT {
    private static final List<String> BUNDLES =
            List.of(
                    "logging-",
                    "org.osgi.util.function-",
                    "org.osgi.util.promise-",
                    "org.osgi.service.component-",
                    "org.apache.felix.scr-",
                    "evaluation-0");

    @TempDir Path cache;
    private Framework felix;

    @BeforeEach
    void start() throws Exception {
        felix =
                ServiceLoader.load(FrameworkFactory.class)
                        .iterator()
                        .next()
                        .newFramework(
                                Map.of(
                                        Constants.FRAMEWORK_STORAGE,
                                        cache.toString(),
                                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                                        exports("api-0") + "," + exports("graph-0"),
                                        "felix.log.level",
                                        "1"));
        felix.start();
        for (String name : BUNDLES) {
            context().installBundle(jar(name).toUri().toString());
        }
        for (Bundle bundle : context().getBundles()) {
            bundle.start();
        }
    }

    private static String exports(String name) throws IOException {
        try (JarFile jar = new JarFile(jar(name).toFile())) {
            return jar.getManifest().getMainAttributes().getValue(Constants.EXPORT_PACKAGE);
        }
    }

    private static Path jar(String name) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> entry.getFileName().toString().startsWith(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + name + " on the class path"));
    }

    @AfterEach
    void stop() throws Exception {
        felix.stop();
        felix.waitForStop(60_000);
    }

    private BundleContext context() {
        return felix.getBundleContext();
    }

    private <T> T service(Class<T> type) {
        ServiceReference<T> reference = context().getServiceReference(type);
        assertTrue(reference != null, "no service " + type.getName());
        return context().getService(reference);
    }

    @Test
    void itsServicesAreThere() throws Exception {
        assertTrue(service(Optimizer.class) != null);
        assertTrue(service(Recipes.class) != null);
        assertTrue(service(Stopwatch.class) != null);
        Set<String> metrics = new TreeSet<>();
        for (ServiceReference<Metric> each : context().getServiceReferences(Metric.class, null)) {
            metrics.add(context().getService(each).name());
        }
        assertEquals(Set.of("agreement", "cosine", "rmse", "sqnr", "top1"), metrics);
    }

    @Test
    void passesComeAndGoAndNothingElseIsRestarted() {
        Recipes recipes = service(Recipes.class);
        Recipe recipe = new Recipe(List.of("tidy"), "", Map.of());
        assertTrue(missing(recipes, recipe).contains("there is no pass 'tidy' here"));
        ServiceRegistration<GraphPass> pass =
                context()
                        .registerService(
                                GraphPass.class, TestPass.harmless("tidy", Stage.CLEANUP), null);
        String version = context().getBundle().getVersion().toString();
        assertEquals(List.of("tidy@" + version), recipes.pin(recipe).passes());
        pass.unregister();
        assertTrue(missing(recipes, recipe).contains("there are: none"));
        assertEquals(recipes, service(Recipes.class));
    }

    private static String missing(Recipes recipes, Recipe recipe) {
        return assertThrows(IllegalArgumentException.class, () -> recipes.pin(recipe)).getMessage();
    }
}
