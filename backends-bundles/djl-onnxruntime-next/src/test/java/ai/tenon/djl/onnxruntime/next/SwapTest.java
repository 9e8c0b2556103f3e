package ai.tenon.djl.onnxruntime.next;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.Backend;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.onnx.internal.OnnxFormat;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.condition.Condition;

/** The providers and both versions of the backend in a framework. */
class SwapTest {
    private static final Path FIRST = Gateway.jar("djl-onnxruntime-0");
    private static final Path SECOND = Path.of(System.getProperty("tenon.bundle"));
    private static final int SWAPS = Integer.getInteger("tenon.swaps", 30);
    private static final int SETTLED = 5;

    @TempDir static Path folder;
    private static Gateway gateway;

    @BeforeAll
    static void boot() throws Exception {
        gateway = new Gateway(folder.resolve("storage"));
    }

    @AfterAll
    static void shutDown() throws Exception {
        gateway.close();
    }

    @Test
    void providersSayThatTheyAreReadyAndNeedARestart() throws Exception {
        for (String name : List.of("onnxruntime", "djl", "tokenizers")) {
            List<ServiceReference<Condition>> ready =
                    List.copyOf(
                            gateway.context()
                                    .getServiceReferences(
                                            Condition.class,
                                            "(osgi.condition.id=ai.tenon." + name + ")"));
            assertEquals(1, ready.size(), name);
            Bundle provider = ready.get(0).getBundle();
            assertEquals("restart", provider.getHeaders().get("Tenon-Update"), name);
        }
        assertEquals(
                List.of("libonnxruntime.so", "libonnxruntime4j_jni.so", "libtokenizers.so"),
                Footprint.now().libraries());
        for (String property : List.of("OPT_OUT_TRACKING", "DJL_OFFLINE")) {
            assertEquals("true", System.getProperty(property), property);
        }
        assertTrue(Path.of(System.getProperty("DJL_CACHE_DIR")).startsWith(folder));
    }

    @Test
    void nativesForBothArchitecturesAreThere() {
        Bundle onnxRuntime = gateway.bundle("ai.tenon.onnxruntime.native");
        Bundle tokenizers = gateway.bundle("ai.tenon.tokenizers.native");
        for (Bundle provider : List.of(onnxRuntime, tokenizers)) {
            String natives = provider.getHeaders().get("Bundle-NativeCode");
            for (String clause : natives.split(",")) {
                for (String part : clause.split(";")) {
                    if (!part.contains("=")) {
                        assertNotNull(provider.getEntry(part), part);
                    }
                }
            }
            assertTrue(natives.contains("processor=x86-64"), natives);
            assertTrue(natives.contains("processor=aarch64"), natives);
        }
    }

    @Test
    void tokenizersTokenize() throws Exception {
        Path file = folder.resolve("tokenizer.json");
        try (InputStream from =
                getClass().getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
            Files.copy(from, file);
        }
        Class<?> type =
                gateway.bundle("ai.tenon.tokenizers.native")
                        .loadClass("ai.djl.huggingface.tokenizers.HuggingFaceTokenizer");
        try (AutoCloseable tokenizer =
                (AutoCloseable) type.getMethod("newInstance", Path.class).invoke(null, file)) {
            Object encoding =
                    type.getMethod("encode", String.class).invoke(tokenizer, "hello world");
            long[] ids = (long[]) encoding.getClass().getMethod("getIds").invoke(encoding);
            assertArrayEquals(new long[] {101, 7592, 2088, 102}, ids);
        }
    }

    @Test
    void bothVersionsLiveSideBySide() throws Exception {
        try (Deployment first = new Deployment(FIRST, "first");
                Deployment second = new Deployment(SECOND, "second")) {
            assertEquals(first.bundle.getSymbolicName(), second.bundle.getSymbolicName());
            assertTrue(second.bundle.getVersion().compareTo(first.bundle.getVersion()) > 0);
            assertEquals(first.backend.description().name(), second.backend.description().name());
            assertNotEquals(
                    first.backend.description().properties().get("session.tuning"),
                    second.backend.description().properties().get("session.tuning"));
            first.check();
            second.check();
            first.check();
        }
    }

    @Test
    void swappingLeavesNothingBehind() throws Exception {
        Deployment current = new Deployment(FIRST, "swap 0");
        Footprint settled = null;
        for (int swap = 1; swap <= SWAPS; swap++) {
            Deployment next = new Deployment(swap % 2 == 0 ? FIRST : SECOND, "swap " + swap);
            next.check();
            current.check();
            current.close();
            current = next;
            if (swap == SETTLED) {
                settled = Footprint.now();
                System.out.println(SETTLED + " swaps: " + Footprint.residentMebibytes() + " MiB");
            }
        }
        assertEquals(settled, Footprint.now());
        System.out.println(SWAPS + " swaps: " + Footprint.residentMebibytes() + " MiB, " + settled);
        current.close();
    }

    @Test
    void backendsLeaveAndComeBackWithTheirProvider() throws Exception {
        Bundle provider = gateway.bundle("ai.tenon.djl");
        try (Deployment deployment = new Deployment(FIRST, "with provider")) {
            provider.stop();
            assertFalse(gateway.backendOf(deployment.bundle).isPresent());
            assertTrue(
                    gateway.backendOf(gateway.bundle("ai.tenon.onnxruntime.direct")).isPresent());
            deployment.check();
            provider.start();
            assertTrue(gateway.backendOf(deployment.bundle).isPresent());
        }
    }

    /** A backend bundle, a model that it compiled, and a context. */
    private static final class Deployment implements AutoCloseable {
        private final Bundle bundle;
        private final Backend backend;
        private final Executable executable;
        private final ExecutionContext context;

        Deployment(Path jar, String location) throws Exception {
            bundle = gateway.install(jar, location);
            bundle.start();
            backend = gateway.backendOf(bundle).orElseThrow();
            executable =
                    backend.compile(
                            ModelSource.ofModel("negate", "00", negate(), new OnnxFormat()),
                            CompileOptions.builder().threads(2).build(),
                            CompileMonitor.SILENT);
            context = executable.newContext();
        }

        void check() throws Exception {
            Tensor input = Tensor.ofFloats(new float[] {1, -2, 3}, 3);
            context.run(new Tensor[] {input}, new RunControl());
            assertArrayEquals(new float[] {-1, 2, -3}, context.output(0).toFloats());
        }

        private static Model negate() {
            ValueType any = ValueType.tensor(DataType.FLOAT, -1);
            Graph graph = new Graph("negate");
            Value x = graph.addInput("x", any);
            Value y = graph.newValue("y", any);
            graph.add("", "Neg", "", List.of(x), List.of(y));
            graph.addOutput(y);
            Model model = new Model(graph);
            model.opsetImports().put("", 20L);
            return model;
        }

        @Override
        public void close() throws Exception {
            context.close();
            executable.close();
            gateway.remove(bundle);
        }
    }
}
