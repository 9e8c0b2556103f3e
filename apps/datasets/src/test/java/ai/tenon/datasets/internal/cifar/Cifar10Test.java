package ai.tenon.datasets.internal.cifar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.datasets.Split;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10Test {
    @TempDir private Path folder;

    @Test
    void planesBecomePixels() throws IOException {
        byte[] records = new byte[2 * 3073];
        records[3073] = 7;
        Arrays.fill(records, 3074, 3074 + 1024, (byte) 200);
        Arrays.fill(records, 3074 + 2048, 2 * 3073, (byte) 3);
        Files.write(folder.resolve("cifar10-test-x.bin"), records);
        DataSet data = new Cifar10().open(folder, Split.EVALUATE, Optional.empty());
        assertEquals(2, data.size());
        Sample second = null;
        for (Sample sample : data) {
            second = sample;
        }
        assertArrayEquals(new long[] {1, 32, 32, 3}, second.inputs().get("input").shape());
        float[] pixels = second.inputs().get("input").toFloats();
        assertArrayEquals(new float[] {200, 0, 3}, Arrays.copyOf(pixels, 3));
        assertArrayEquals(new long[] {7}, second.expected().get("label").toLongs());
    }

    @Test
    void aFileWithHalfAPictureIsRefused() throws IOException {
        Files.write(folder.resolve("cifar10-train-x.bin"), new byte[4000]);
        var e =
                assertThrows(
                        IOException.class,
                        () -> new Cifar10().open(folder, Split.CALIBRATE, Optional.empty()));
        assertTrue(e.getMessage().contains("cifar10-train-x.bin"), e.getMessage());
    }
}
