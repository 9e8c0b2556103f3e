package ai.tenon.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.ModelProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalDataTest {
    private final OnnxFormat format = new OnnxFormat();

    @TempDir private Path parent;
    private Path folder;

    @BeforeEach
    void writeData() throws Exception {
        folder = Files.createDirectories(parent.resolve("model"));
        ByteBuffer data = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(3).putFloat(4).putFloat(5);
        Files.write(folder.resolve("w.bin"), data.array());
        Files.write(parent.resolve("outside.bin"), data.array());
    }

    @Test
    void isMappedWhereItLies() throws Exception {
        Tensor tensor = read("location", "w.bin", "offset", "4", "length", "8");
        assertArrayEquals(new float[] {4, 5}, tensor.toFloats());
        assertTrue(tensor.buffer() instanceof MappedByteBuffer);
        Files.createDirectories(folder.resolve("sub"));
        Files.copy(folder.resolve("w.bin"), folder.resolve("sub/w.bin"));
        assertArrayEquals(new float[] {3, 4}, read("location", "sub/w.bin").toFloats());
    }

    @Test
    void isReadBeyond4Gigabytes() throws Exception {
        long offset = 5L << 30;
        try (RandomAccessFile sparse =
                new RandomAccessFile(folder.resolve("large.bin").toFile(), "rw")) {
            sparse.seek(offset);
            sparse.write(Files.readAllBytes(folder.resolve("w.bin")));
        }
        Tensor tensor = read("location", "large.bin", "offset", Long.toString(offset));
        assertArrayEquals(new float[] {3, 4}, tensor.toFloats());
    }

    @Test
    void outsideTheModelsFolderIsRefused() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), parent.resolve("outside.bin"));
        refuses("outside", "location", "../outside.bin");
        refuses("outside", "location", link.getFileName().toString());
        refuses("relative", "location", folder.resolve("w.bin").toString());
        refuses("relative", "location", "");
        refuses("relative");
        refuses("no file", "location", ".");
        refuses("not in the model's folder", "location", "missing.bin");
        refuses("not in the model's folder", "location", "w\0.bin");
    }

    @Test
    void moreThanTheFileHasIsRefused() throws Exception {
        refuses("exceeds", "location", "w.bin", "offset", "8");
        refuses("exceeds", "location", "w.bin", "offset", Long.toString(Long.MAX_VALUE));
        refuses("offset '-4'", "location", "w.bin", "offset", "-4");
        refuses(
                "offset '9223372036854775808'",
                "location",
                "w.bin",
                "offset",
                "9223372036854775808");
        refuses("length 'x'", "location", "w.bin", "length", "x");
        refuses("takes 8 bytes", "location", "w.bin", "length", "12");
        refuses("two entries", "location", "w.bin", "location", "w.bin");
    }

    @Test
    void aModelInMemoryHasNone() {
        byte[] bytes = model("location", "w.bin").toByteArray();
        assertThrows(ModelFormatException.class, () -> format.read(ByteBuffer.wrap(bytes)));
    }

    @Test
    void weightsThatDoNotFitAreWrittenBesideTheModel() throws Exception {
        ModelProto.Builder proto = Samples.everything().toBuilder();
        TensorProto large =
                Samples.weights("large", new float[WeightFile.MIN_BYTES / Float.BYTES + 1]);
        proto.setGraph(
                proto.getGraph().toBuilder()
                        .addInitializer(large)
                        .addInitializer(large.toBuilder().setName("second").setFloatData(1, 42)));
        Model model = format.read(ByteBuffer.wrap(proto.build().toByteArray()));
        Path file = parent.resolve("split").resolve("model.onnx");
        Files.createDirectories(file.getParent());
        ByteBuffer whole = format.write(model);
        new ModelFile(file, whole.remaining() - 1).write(model);
        assertEquals(1, format.externalFiles(file).size());
        assertEquals(2, file.getParent().toFile().list().length);
        assertEquals(whole, format.write(format.read(file)));

        new ModelFile(file, whole.remaining()).write(model);
        assertEquals(whole, ByteBuffer.wrap(Files.readAllBytes(file)));
    }

    @Test
    void whatCannotBeWrittenLeavesNothingBehind() throws Exception {
        Model model = format.read(ByteBuffer.wrap(Samples.add().build().toByteArray()));
        Path file = Files.createDirectories(parent.resolve("old")).resolve("model.onnx");
        Files.writeString(file, "old");
        assertThrows(ModelFormatException.class, () -> new ModelFile(file, 20).write(model));
        assertEquals("old", Files.readString(file));
        assertEquals(1, file.getParent().toFile().list().length);
    }

    private Tensor read(String... entries) throws Exception {
        Path file = folder.resolve("model.onnx");
        Files.write(file, model(entries).toByteArray());
        return (Tensor) format.read(file).graph().value("w").constant();
    }

    private void refuses(String message, String... entries) {
        ModelFormatException refused =
                assertThrows(ModelFormatException.class, () -> read(entries));
        assertEquals("graph.initializer[0].tensor 'w'", refused.place());
        assertTrue(refused.getMessage().contains(message), refused::getMessage);
    }

    private static ModelProto model(String... entries) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(1)
                        .addDims(2)
                        .setDataLocation(TensorReader.EXTERNAL);
        for (int i = 0; i < entries.length; i += 2) {
            tensor.addExternalData(Samples.entry(entries[i], entries[i + 1]));
        }
        ModelProto.Builder model = Samples.add();
        return model.setGraph(model.getGraph().toBuilder().setInitializer(0, tensor)).build();
    }
}
