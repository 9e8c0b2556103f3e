package ai.tenon.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Model;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MiniLmTest {
    @TempDir private static Path folder;
    private static Path file;

    @BeforeAll
    static void copy() throws Exception {
        file = Models.miniLm(folder);
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
