package ai.tenon.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestArchiveTest {
    private static final byte[] MODEL = {1, 2, 3};

    @TempDir private Path folder;

    @Test
    void findsNodeTestsWhereverTheFolderNodeLies() throws IOException {
        TarFile tar =
                new TarFile()
                        .add("onnx/data/node/test_b/model.onnx", MODEL)
                        .add("onnx/data/node/test_b/test_data_set_0/input_0.pb", new byte[513])
                        .add("onnx/data/node/test_a/model.onnx", MODEL)
                        .add("onnx/data/node/test_c/test_data_set_0/input_0.pb", MODEL)
                        .add("onnx/data/simple/test_d/model.onnx", MODEL);
        List<TestCase> tests = TestArchive.read(write(tar.bytes(), true));
        assertEquals(List.of("test_a", "test_b"), tests.stream().map(TestCase::name).toList());
        ArchivedTest second = (ArchivedTest) tests.get(1);
        assertArrayEquals(MODEL, second.files().get("model.onnx"));
        assertEquals(513, second.files().get("test_data_set_0/input_0.pb").length);
    }

    @Test
    void namesThatLeadElsewhereAreNoTests() throws IOException {
        TarFile tar =
                new TarFile()
                        .add("node/../model.onnx", MODEL)
                        .add("node/a/../../../etc/model.onnx", MODEL)
                        .add("node/test_a/model.onnx", MODEL)
                        .add("node/test_a/../test_b/model.onnx", MODEL)
                        .add("node/link/model.onnx", new byte[0], 0, '2');
        assertEquals(
                Set.of("test_a"),
                Set.copyOf(
                        TestArchive.read(write(tar.bytes(), false)).stream()
                                .map(TestCase::name)
                                .toList()));
    }

    @Test
    void absurdSizesAreRefusedBeforeTheyAreRead() throws IOException {
        long huge = 07777777777L;
        byte[] archive = new TarFile().add("node/test_a/model.onnx", MODEL, huge, '0').bytes();
        IOException e =
                assertThrows(IOException.class, () -> TestArchive.read(write(archive, false)));
        assertEquals("the archive's tests exceed 536870912 bytes", e.getMessage());
    }

    @Test
    void truncatedAndForeignFilesAreRefused() throws IOException {
        byte[] archive = new TarFile().add("node/test_a/model.onnx", new byte[2000]).bytes();
        Path truncated = write(java.util.Arrays.copyOf(archive, 1000), false);
        assertThrows(IOException.class, () -> TestArchive.read(truncated));
        Path text = write("no archive at all ".repeat(100).getBytes(), false);
        assertThrows(IOException.class, () -> TestArchive.read(text));
    }

    private Path write(byte[] bytes, boolean gzip) throws IOException {
        Path file = Files.createTempFile(folder, "tests", ".tar");
        try (OutputStream out =
                gzip
                        ? new GZIPOutputStream(Files.newOutputStream(file))
                        : Files.newOutputStream(file)) {
            out.write(bytes);
        }
        return file;
    }
}
