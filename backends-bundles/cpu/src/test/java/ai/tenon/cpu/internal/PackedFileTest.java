package ai.tenon.cpu.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.cpu.internal.plan.Plan;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedFileTest {
    private static final String KEY = "model avx2 1 fp32";

    @TempDir private Path folder;

    private static PackedFile sample() {
        Shape shape = new Shape(List.of(Dimension.named("batch"), Dimension.of(4)));
        Signature signature =
                new Signature(
                        List.of(TensorSpec.of("x", DataType.FLOAT, shape)),
                        List.of(TensorSpec.of("y", DataType.INT64, null)));
        Plan plan =
                new Plan(
                        new long[] {7, -1, 0},
                        4096,
                        List.of(new Plan.Output(DataType.INT64, new long[] {1, 4})),
                        List.of(new Plan.Step("node", "gemm", 1, 99, 100)));
        return new PackedFile(
                signature,
                Map.of("w", new long[] {64, 128}),
                Map.of(new long[][] {{1, 4}}, plan),
                0,
                4096);
    }

    private Path written() throws IOException {
        Path file = folder.resolve("cache").resolve("model.packed");
        ByteBuffer weights = ByteBuffer.allocate(4096);
        Arrays.fill(weights.array(), (byte) 5);
        sample().write(file, KEY, weights);
        return file;
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path file = written();
        PackedFile read = PackedFile.read(file, KEY);
        assertNotNull(read);
        assertEquals(
                sample().signature().inputs().toString(), read.signature().inputs().toString());
        assertNull(read.signature().outputs().get(0).shape());
        assertArrayEquals(new long[] {64, 128}, read.entries().get("w"));
        Plan plan = read.plans().values().iterator().next();
        assertArrayEquals(new long[] {7, -1, 0}, plan.code());
        assertEquals(List.of(new Plan.Step("node", "gemm", 1, 99, 100)), plan.steps());
        byte[] bytes = Files.readAllBytes(file);
        assertEquals(read.blobOffset() + read.blobBytes(), bytes.length);
        assertEquals(5, bytes[(int) read.blobOffset()]);
        try (Stream<Path> beside = Files.list(file.getParent())) {
            assertEquals(1, beside.count(), "nothing half-written stays");
        }
    }

    @Test
    void whatWasPackedForAnotherProcessorOrModelIsNotTaken() throws IOException {
        assertNull(PackedFile.read(written(), "model avx512 1 fp32"));
        assertNull(PackedFile.read(folder.resolve("nothing.packed"), KEY));
    }

    @Test
    void aDamagedHeaderIsNotTaken() throws IOException {
        Path file = written();
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < 250; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);
            assertNull(PackedFile.read(file, KEY), "byte " + at);
        }
    }

    @Test
    void aFileThatWasCutIsNotTaken() throws IOException {
        Path file = written();
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 3, 16, 200, whole.length - 4096, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertNull(PackedFile.read(file, KEY), length + " bytes");
        }
    }
}
