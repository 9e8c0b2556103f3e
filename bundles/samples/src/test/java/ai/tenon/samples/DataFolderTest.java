package ai.tenon.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.samples.npy.Npy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    private static final Signature TWO =
            new Signature(
                    List.of(
                            TensorSpec.of("x/0", DataType.FLOAT, Shape.of(-1, 2)),
                            TensorSpec.of("mask", DataType.INT64, Shape.of(1))),
                    List.of(TensorSpec.of("out:0", DataType.FLOAT, null)));
    private static final Signature ONE =
            new Signature(
                    List.of(TensorSpec.of("x", DataType.FLOAT, Shape.of(1, 2))),
                    List.of(TensorSpec.of("y", DataType.FLOAT, null)));

    @TempDir Path folder;

    @Test
    void rowsOfNpyFilesAreSamples() throws IOException {
        Npy.write(Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 3, 2), folder.resolve("x_0.npy"));
        Npy.write(Tensor.ofLongs(new long[] {7, 8, 9}, 3), folder.resolve("mask.npy"));
        Npy.write(Tensor.ofLongs(new long[] {0, 1, 2}, 3), folder.resolve("label.npy"));
        Npy.write(Tensor.ofFloats(new float[3], 3, 1), folder.resolve("out_0.npy"));
        DataFolder data = open(TWO);
        assertEquals(3, data.size());
        List<Sample> samples = all(data);
        assertEquals(List.of("x/0", "mask"), List.copyOf(samples.get(1).inputs().keySet()));
        Tensor x = samples.get(1).inputs().get("x/0");
        assertTrue(x.hasShape(new long[] {1, 2}));
        assertArrayEquals(new float[] {3, 4}, x.toFloats());
        assertEquals(9, samples.get(2).inputs().get("mask").buffer().getLong(0));
        assertEquals(2, samples.get(2).expected().size());
        assertEquals(2, samples.get(2).expected().get("label").buffer().getLong(0));
        assertTrue(samples.get(2).expected().containsKey("out:0"));
        assertEquals(3, all(data).size(), "it can be read again");
        Iterator<Sample> end = open(TWO).iterator();
        end.next();
        end.next();
        end.next();
        assertThrows(NoSuchElementException.class, end::next);
    }

    @Test
    void eachNpzFileIsASample() throws IOException {
        for (int i = 9; i >= 0; i--) {
            Npy.writeAll(
                    Map.of(
                            "x", Tensor.ofFloats(new float[] {i, 0}, 1, 2),
                            "label", Tensor.ofLongs(new long[] {i}, 1)),
                    folder.resolve("0" + i + ".npz"));
        }
        List<Sample> samples = all(open(ONE));
        assertEquals(10, samples.size());
        assertEquals(3, samples.get(3).inputs().get("x").toFloats()[0]);
        assertEquals(3, samples.get(3).expected().get("label").buffer().getLong(0));
    }

    @Test
    void onnxTestDataGoesByPosition() throws IOException {
        Path set = Files.createDirectories(folder.resolve("test_data_set_0"));
        Files.write(set.resolve("input_0.pb"), pb(1, 2));
        Files.write(set.resolve("output_0.pb"), pb(3, 4));
        Sample sample = all(open(ONE)).get(0);
        assertArrayEquals(new float[] {1, 2}, sample.inputs().get("x").toFloats());
        assertArrayEquals(new float[] {3, 4}, sample.expected().get("y").toFloats());

        Files.write(set.resolve("input_0.pb"), new byte[] {1, 2, 3});
        refusesSample("input_0.pb holds no tensor", ONE);
        Files.move(set.resolve("input_0.pb"), set.resolve("input_1.pb"));
        refuses("test_data_set_0 lacks a file between 0 and 1", ONE);
    }

    @Test
    void aFolderMayNameItsMetric() throws IOException {
        Npy.write(Tensor.ofFloats(new float[2], 1, 2), folder.resolve("x.npy"));
        assertEquals(Optional.empty(), open(ONE).metric());
        Files.writeString(folder.resolve("metric.txt"), "top1\n");
        assertEquals(Optional.of("top1"), open(ONE).metric());
        Files.writeString(folder.resolve("metric.txt"), "top1 of all things\n");
        assertThrows(IOException.class, () -> open(ONE).metric());
    }

    @Test
    void whatDoesNotFitIsSaidBeforeAnythingRuns() throws IOException {
        refuses("there is no folder", folder.resolve("none"), ONE);
        refuses("holds no samples; it takes <input>.npy", ONE);
        Path x = folder.resolve("x.npy");
        Npy.write(Tensor.ofFloats(new float[0], 0, 2), x);
        refuses("holds no samples", ONE);
        Npy.write(Tensor.ofLongs(new long[2], 1, 2), x);
        refuses(
                "x.npy does not fit: the model takes x: FLOAT[1, 2], and a sample there is INT64",
                ONE);
        Npy.write(Tensor.ofFloats(new float[6], 2, 3), x);
        refuses("a sample there is FLOAT[1, 3]; a sample is a slice", ONE);
        Npy.write(Tensor.ofFloats(new float[1]), x);
        refuses("holds a single number", ONE);
        Npy.write(Tensor.ofFloats(new float[4], 2, 2), x);
        Npy.write(Tensor.ofFloats(new float[3], 3), folder.resolve("y.npy"));
        refuses("y.npy has 3 samples and x.npy has 2", ONE);
        refuses("has nothing for input 'x/0'", TWO, "y.npy");
        Files.delete(folder.resolve("y.npy"));
        Npy.writeAll(Map.of("x", Tensor.ofFloats(new float[2], 1, 2)), folder.resolve("a.npz"));
        refuses("in several forms", ONE);
        Files.delete(x);
        Npy.writeAll(Map.of("z", Tensor.ofFloats(new float[2], 1, 2)), folder.resolve("a.npz"));
        refusesSample("a.npz has nothing for input 'x'; the model takes x: FLOAT[1, 2]", ONE);
    }

    @Test
    void aFileThatSaysMoreThanItHoldsIsRefused() throws IOException {
        Path x = folder.resolve("x.npy");
        Npy.write(Tensor.ofFloats(new float[4], 2, 2), x);
        byte[] whole = Files.readAllBytes(x);
        Files.write(x, Arrays.copyOf(whole, whole.length - 1));
        refuses("x.npy has 15 bytes behind its header", ONE);
        Files.write(
                x,
                new String(whole, java.nio.charset.StandardCharsets.ISO_8859_1)
                        .replace("(2, 2), ", "(999999999, 2), ")
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        refuses("x.npy has", ONE);
    }

    @Test
    void aZipBombIsCutOff() throws IOException {
        try (ZipOutputStream zip =
                new ZipOutputStream(Files.newOutputStream(folder.resolve("bomb.npz")))) {
            zip.putNextEntry(new ZipEntry("x.npy"));
            byte[] header =
                    "{'descr': '<f4', 'fortran_order': False, 'shape': (100000000,), }\n"
                            .getBytes();
            zip.write(
                    new byte[] {
                        (byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length, 0
                    });
            zip.write(header);
            zip.write(new byte[1 << 20]);
            zip.closeEntry();
        }
        refusesSample("takes 400000000 bytes; 268435456 are allowed", ONE);
    }

    @Test
    void damageIsAlwaysASentence() throws IOException {
        Path file = folder.resolve("a.npz");
        Npy.writeAll(Map.of("x", Tensor.ofFloats(new float[] {1, 2}, 1, 2)), file);
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(1);
        int refused = 0;
        for (int round = 0; round < 500; round++) {
            byte[] bad = Arrays.copyOf(good, 1 + random.nextInt(good.length));
            for (int hits = random.nextInt(4); hits > 0; hits--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            Files.write(file, bad);
            try {
                all(open(ONE));
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().contains("a.npz"), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 300, "only " + refused);
    }

    private DataFolder open(Signature signature) throws IOException {
        return DataFolder.open(folder, signature, new OnnxFormat());
    }

    private static List<Sample> all(DataFolder data) {
        List<Sample> samples = new ArrayList<>();
        data.forEach(samples::add);
        return samples;
    }

    private void refuses(String part, Signature signature, String... without) throws IOException {
        for (String file : without) {
            Files.deleteIfExists(folder.resolve(file));
        }
        refuses(part, folder, signature);
        if (without.length > 0) {
            Npy.write(Tensor.ofFloats(new float[2], 2), folder.resolve(without[0]));
        }
    }

    private static void refuses(String part, Path folder, Signature signature) {
        IOException error =
                assertThrows(
                        IOException.class,
                        () -> DataFolder.open(folder, signature, new OnnxFormat()));
        assertTrue(error.getMessage().contains(part), error.getMessage());
    }

    private void refusesSample(String part, Signature signature) throws IOException {
        DataFolder data = open(signature);
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> all(data));
        assertTrue(error.getMessage().contains(part), error.getMessage());
    }

    /** A FLOAT tensor of shape [1, 2] as a {@code TensorProto}. */
    private static byte[] pb(float a, float b) {
        byte[] bytes = {8, 1, 8, 2, 16, 1, 74, 8, 0, 0, 0, 0, 0, 0, 0, 0};
        java.nio.ByteBuffer.wrap(bytes)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putFloat(8, a)
                .putFloat(12, b);
        return bytes;
    }
}
