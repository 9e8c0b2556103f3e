package ai.tenon.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MiniLmTest {
    private static final long MOST_HEAP = 20_000_000;

    @TempDir private static Path folder;
    private static Path file;

    @BeforeAll
    static void copy() throws Exception {
        file = Models.miniLm(folder);
    }

    @Test
    void weightsStayInTheMappedFile() throws Exception {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        Model model = new OnnxFormat().read(file);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < MOST_HEAP, () -> allocated + " bytes of heap allocated");
        assertTrue(
                model.graph().initializers().stream()
                        .map(value -> ((Tensor) value.constant()).buffer())
                        .filter(buffer -> buffer.capacity() > 0)
                        .allMatch(MappedByteBuffer.class::isInstance));
    }

    @Test
    void readsWhatItWrote() throws Exception {
        OnnxFormat format = new OnnxFormat();
        Model model = format.read(file);
        assertEquals(3, model.graph().requiredInputs().size());
        assertEquals(637, model.graph().nodes().size());
        ByteBuffer first = format.write(model);
        assertEquals(first, format.write(format.read(first)));
    }
}
