package ai.tenon.core.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Tensor;
import ai.tenon.inference.Call;
import ai.tenon.inference.EndpointState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backend that a vendor compiled against the first api runs in the current core, on the thread
 * that it asks for.
 */
class FirstApiIT {
    @TempDir Path cache;

    @Test
    void theFirstBackendStillRuns() throws Exception {
        Path jar = Path.of("src", "test", "first-api", "first-backend.jar");
        try (TestFramework felix =
                new TestFramework(cache, Map.of("backends", new String[] {"first"}))) {
            felix.context().installBundle("test:first", Files.newInputStream(jar)).start();
            felix.core().restore(List.of(TestFramework.spec("e", null)));
            TestFramework.waitFor(
                    "the endpoint", () -> felix.endpoint("e").state() == EndpointState.SERVING);
            try (Call call = felix.endpoint("e").newCall()) {
                call.input(0, Tensor.ofFloats(new float[] {1, 2, 3, 4}, 4)).run();
                assertEquals(8f, call.output(0).buffer().getFloat(12));
                assertEquals("first@1.0.0", call.backend());
            }
            felix.core().prepare(List.of(), Set.of(), CompileMonitor.SILENT).commit();
        }
    }
}
