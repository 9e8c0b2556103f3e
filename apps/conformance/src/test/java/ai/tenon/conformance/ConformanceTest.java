package ai.tenon.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.ValueType;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.reference.internal.ReferenceBackend;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceTest {
    @TempDir private Path folder;

    @Test
    void everyTestIsPassedFailedOrUnsupportedWithItsReason() throws IOException {
        write("test_right", "Neg", new float[] {1, -2}, new float[] {-1, 2});
        write("test_wrong", "Neg", new float[] {1, -2}, new float[] {-1, 3});
        write("test_unknown", "NoSuchOperator", new float[] {1, 2}, new float[] {1, 2});
        List<TestResult> seen = new ArrayList<>();
        ConformanceReport report = run(folder, seen);
        assertEquals(
                List.of(3, 1, 1, 1),
                List.of(report.total(), report.passed(), report.failed(), report.unsupported()));
        assertEquals("test_wrong", report.failures().get(0).test());
        assertEquals(
                "test_data_set_0, output 0: element 1 is 2.0 where 3.0 was expected",
                report.failures().get(0).reason());
        assertEquals("test_unknown", report.unsupportedTests().get(0).test());
        assertTrue(report.unsupportedTests().get(0).reason().contains("NoSuchOperator"));
        assertEquals(
                List.of("test_right", "test_unknown", "test_wrong"),
                seen.stream().map(TestResult::test).toList());
    }

    @Test
    void aSingleTestsFolderIsEnough() throws IOException {
        write("test_right", "Neg", new float[] {1}, new float[] {-1});
        assertEquals(1, run(folder.resolve("test_right"), new ArrayList<>()).passed());
    }

    @Test
    void aTestWithoutAllItsDataFails() throws IOException {
        write("test_empty", "Neg", new float[] {1}, new float[] {-1});
        Path data = folder.resolve("test_empty/test_data_set_0");
        Files.delete(data.resolve("input_0.pb"));
        assertEquals(
                "test_data_set_0 does not have one file per input and output",
                run(folder, new ArrayList<>()).failures().get(0).reason());
        Files.delete(data.resolve("output_0.pb"));
        assertEquals(
                "the test has no data", run(folder, new ArrayList<>()).failures().get(0).reason());
    }

    @Test
    void aSecondDataSetIsComparedToo() throws IOException {
        write("test_two", "Neg", new float[] {1}, new float[] {-1});
        Path second = Files.createDirectory(folder.resolve("test_two/test_data_set_1"));
        Files.write(second.resolve("input_0.pb"), tensor(5));
        Files.write(second.resolve("output_0.pb"), tensor(5));
        assertTrue(
                run(folder, new ArrayList<>())
                        .failures()
                        .get(0)
                        .reason()
                        .startsWith("test_data_set_1"));
    }

    @Test
    void aFolderWithoutTestsIsAnError() {
        assertThrows(IOException.class, () -> run(folder, new ArrayList<>()));
    }

    private static ConformanceReport run(Path tests, List<TestResult> seen) throws IOException {
        return new Conformance(new ReferenceBackend(), new OnnxFormat(), Tolerance.ONNX)
                .run(tests, seen::add);
    }

    private void write(String test, String operator, float[] input, float[] output)
            throws IOException {
        Graph graph = new Graph(test);
        ValueType type = ValueType.tensor(DataType.FLOAT, input.length);
        var x = graph.addInput("x", type);
        var y = graph.newValue("y", type);
        graph.add("", operator, "", List.of(x), List.of(y));
        graph.addOutput(y);
        Model model = new Model(graph);
        model.opsetImports().put("", 21L);
        Path data = Files.createDirectories(folder.resolve(test).resolve("test_data_set_0"));
        new OnnxFormat().write(model, folder.resolve(test).resolve("model.onnx"));
        Files.write(data.resolve("input_0.pb"), tensor(input));
        Files.write(data.resolve("output_0.pb"), tensor(output));
    }

    /** A TensorProto: dims (1), data_type FLOAT (2), raw_data (9). */
    private static byte[] tensor(float... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {8, (byte) values.length, 16, 1});
        out.writeBytes(new byte[] {74, (byte) (4 * values.length)});
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        out.writeBytes(raw.array());
        return out.toByteArray();
    }
}
