package ai.tenon.datasets.internal.cmapss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.datasets.Split;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CmapssTest {
    @TempDir private Path folder;
    private Path files;

    @BeforeEach
    void write() throws IOException {
        files = Files.createDirectory(folder.resolve("cmapss-fd001"));
        Files.write(files.resolve("train_FD001.txt"), engine(1, 71));
        Files.write(files.resolve("test_engines.txt"), engine(7, 31));
        Files.writeString(files.resolve("rul_engines.csv"), "engine,rul\n7,112\n");
    }

    @Test
    void scalesByTheTrainingFileAndTakesTheLastWindows() throws IOException {
        DataSet data = new Cmapss().open(folder, Split.EVALUATE, Optional.empty());
        assertEquals(2, data.size(), "31 cycles hold two windows of 30");
        Sample last = null;
        for (Sample sample : data) {
            last = sample;
        }
        float[] input = last.inputs().get("input").toFloats();
        // the training file goes from cycle 1 to 71, the window from cycle 2 to 31
        assertEquals(2 * (1 / 70.0) - 1, input[0], 1e-6);
        assertEquals(2 * (30 / 70.0) - 1, input[input.length - 1], 1e-6);
        assertEquals(112, last.expected().get("rul").toLongs()[0]);
        assertEquals(7, last.expected().get("engine").toLongs()[0]);
    }

    @Test
    void calibratesWithTheTrainingFileAndWithoutLabels() throws IOException {
        DataSet data = new Cmapss().open(folder, Split.CALIBRATE, Optional.empty());
        assertEquals(1, data.size());
        assertTrue(data.iterator().next().expected().isEmpty());
    }

    @Test
    void namesTheLineThatIsNoRow() throws IOException {
        Files.writeString(files.resolve("test_engines.txt"), "1 2 three\n");
        var e =
                assertThrows(
                        IOException.class,
                        () -> new Cmapss().open(folder, Split.EVALUATE, Optional.empty()));
        assertTrue(e.getMessage().contains("test_engines.txt"), e.getMessage());
        assertTrue(e.getMessage().contains("1 2 three"), e.getMessage());
    }

    @Test
    void namesTheFileThatIsMissing() throws IOException {
        Files.delete(files.resolve("rul_engines.csv"));
        var e =
                assertThrows(
                        IOException.class,
                        () -> new Cmapss().open(folder, Split.EVALUATE, Optional.empty()));
        assertTrue(e.getMessage().contains("rul_engines*.csv is missing"), e.getMessage());
    }

    /** An engine all of whose 24 readings are the number of the cycle. */
    private static List<String> engine(int number, int cycles) {
        List<String> lines = new ArrayList<>();
        for (int cycle = 1; cycle <= cycles; cycle++) {
            lines.add(number + " " + cycle + (" " + cycle).repeat(24) + "  ");
        }
        return lines;
    }
}
