package ai.tenon.samples.npy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(
            names = {
                "FLOAT", "DOUBLE", "FLOAT16", "BOOL", "INT8", "UINT8", "INT16", "UINT16", "INT32",
                "UINT32", "INT64", "UINT64"
            })
    void keepsEveryTypeThatNumpyHas(DataType type) throws IOException {
        for (long[] shape :
                List.of(new long[] {}, new long[] {3}, new long[] {2, 0}, new long[] {2, 3})) {
            Tensor tensor = Tensor.allocate(type, shape);
            for (int i = 0; i < tensor.byteSize(); i++) {
                tensor.buffer().put(i, (byte) (i % 2));
            }
            assertTrue(
                    tensor.contentEquals(Npy.read(stream(bytes(tensor)), Npy.LARGEST)),
                    type.toString());
        }
    }

    @Test
    void writesTheBytesThatNumpyWrites() throws IOException {
        byte[] bytes = bytes(Tensor.ofLongs(new long[] {7}, 1));
        assertEquals(128 + 8, bytes.length);
        assertEquals(
                "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }",
                new String(bytes, 10, 118, StandardCharsets.US_ASCII).strip());
        assertEquals(118, bytes[8]);
    }

    @Test
    void turnsBigEndianElementsRound() throws IOException {
        byte[] data = {0, 0, 0, 5, 0, 0, 1, 0};
        Tensor tensor = Npy.read(stream(file("'>i4'", "False", "(2,)", data)), Npy.LARGEST);
        assertEquals(5, tensor.buffer().getInt(0));
        assertEquals(256, tensor.buffer().getInt(4));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(99999999999,)",
                "(99999999999999999999,)",
                "(65536, 65536)",
                "(-1,)",
                "(400000000,)",
                "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)",
                "(2,,2)",
                "2"
            })
    void refusesShapesThatCannotBe(String shape) {
        assertRefused(file("'<f4'", "False", shape, new byte[8]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'|O'", "'<U8'", "'<c8'", "''", "'f4'", "'<f16'"})
    void refusesElementsThatNoTensorHas(String descr) {
        assertRefused(file(descr, "False", "(2,)", new byte[8]));
    }

    @Test
    void refusesWhatIsTooShortOrTooLongOrInFortranOrder() {
        assertRefused(file("'<f4'", "False", "(2,)", new byte[7]));
        assertRefused(file("'<f4'", "False", "(2,)", new byte[9]));
        assertRefused(file("'<f4'", "True", "(1, 2)", new byte[8]));
        assertRefused(new byte[0]);
        assertRefused("hello, I am no tensor at all".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void survivesAnyDamage() throws IOException {
        byte[] good = bytes(Tensor.ofFloats(new float[] {1, 2, 3, 4}, 2, 2));
        Random random = new Random(1);
        int refused = 0;
        for (int round = 0; round < 2000; round++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 1));
            for (int hits = random.nextInt(4); hits > 0 && bad.length > 0; hits--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                Npy.read(stream(bad), Npy.LARGEST);
            } catch (IOException e) {
                refused++;
            }
        }
        assertTrue(refused > 1000, "only " + refused);
    }

    @Test
    void keepsTensorsByNameInOneFile() throws IOException {
        Path file = folder.resolve("all.npz");
        Tensor ids = Tensor.ofLongs(new long[] {1, 2}, 1, 2);
        Tensor mask = Tensor.ofFloats(new float[] {0.5f}, 1);
        Npy.writeAll(Map.of("ids", ids, "mask", mask), file);
        Map<String, Tensor> read = Npy.readAll(file);
        assertEquals(2, read.size());
        assertTrue(ids.contentEquals(read.get("ids")));
        assertTrue(mask.contentEquals(read.get("mask")));
        Files.write(file, new byte[] {1, 2, 3});
        assertThrows(IOException.class, () -> Npy.readAll(file));
    }

    @Test
    void saysWhatIsWrongInAnArchive() throws IOException {
        Path file = folder.resolve("all.npz");
        Npy.writeAll(Map.of("x", Tensor.ofFloats(new float[1000], 1000)), file);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 1; length < whole.length / 2; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            IOException error = assertThrows(IOException.class, () -> Npy.readAll(file));
            assertTrue(
                    error.getMessage().matches("(is|has|ends|goes on) [^\n]+"),
                    length + ": " + error.getMessage());
        }
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("junk.txt"));
            zip.write(new byte[100]);
        }
        IOException error = assertThrows(IOException.class, () -> Npy.readAll(file));
        assertEquals(
                "has an entry 'junk.txt' that is no .npy file; write it with numpy.save",
                error.getMessage());
    }

    private static void assertRefused(byte[] bytes) {
        IOException error =
                assertThrows(IOException.class, () -> Npy.read(stream(bytes), Npy.LARGEST));
        assertTrue(error.getMessage().matches("[a-z].*"), error.getMessage());
    }

    private static byte[] bytes(Tensor tensor) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Npy.write(tensor, out);
        return out.toByteArray();
    }

    private static ByteArrayInputStream stream(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private static byte[] file(String descr, String fortran, String shape, byte[] data) {
        byte[] header =
                ("{'descr': "
                                + descr
                                + ", 'fortran_order': "
                                + fortran
                                + ", 'shape': "
                                + shape
                                + "}\n")
                        .getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        out.write(header.length);
        out.write(0);
        out.writeBytes(header);
        out.writeBytes(data);
        return out.toByteArray();
    }
}
