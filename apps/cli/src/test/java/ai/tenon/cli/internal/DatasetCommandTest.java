package ai.tenon.cli.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.tenon.datasets.Split;
import ai.tenon.datasets.TaskData;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.Tensor;
import ai.tenon.samples.npy.Npy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCommandTest {
    @TempDir private Path folder;
    private final Console console = new Console();

    @BeforeEach
    void bring() {
        console.services.put(TaskData.class, new Counting());
    }

    @Test
    void writesASamplePerFileAndTheMetric() throws IOException {
        Path out = folder.resolve("out");
        assertEquals(0, run(out), console.err);
        assertEquals("counting: 2 samples in " + out + "\n", console.out);
        Map<String, Tensor> second = Npy.readAll(out.resolve("000001.npz"));
        assertArrayEquals(new float[] {1}, second.get("x").toFloats());
        assertArrayEquals(new long[] {10}, second.get("label").toLongs());
        assertEquals("rmse", Files.readString(out.resolve("metric.txt")));
    }

    @Test
    void refusesWhatCannotBeDone() throws IOException {
        Path out = folder.resolve("out");
        String from = "--from=" + folder;
        console.assertRefused("there are: counting", "dataset", "other", from, "--out=" + out);
        console.assertRefused(
                "calibrate or evaluate",
                "dataset",
                "counting",
                from,
                "--out=" + out,
                "--split=test");
        console.assertRefused("is missing", "dataset", "counting", "--from=void", "--out=" + out);
        assertFalse(Files.exists(out));
        console.assertRefused("is there already", "dataset", "counting", from, "--out=" + folder);
    }

    private int run(Path out) {
        return console.run("dataset", "counting", "--from=" + folder, "--out=" + out);
    }

    /** Two samples, the second of which is 1 and labelled 10. */
    private static final class Counting implements TaskData {
        @Override
        public String name() {
            return "counting";
        }

        @Override
        public String metric() {
            return "rmse";
        }

        @Override
        public DataSet open(Path from, Split split, Optional<Path> vocabulary) throws IOException {
            if (!Files.isDirectory(from)) {
                throw new IOException(from + " is missing");
            }
            return new Samples(List.of(sample(0), sample(1)));
        }

        private static Sample sample(int number) {
            return new Sample(
                    Map.of("x", Tensor.ofFloats(new float[] {number}, 1, 1)),
                    Map.of("label", Tensor.ofLongs(new long[] {10L * number}, 1)));
        }
    }

    private record Samples(List<Sample> samples) implements DataSet {
        @Override
        public String source() {
            return "here";
        }

        @Override
        public int size() {
            return samples.size();
        }

        @Override
        public Iterator<Sample> iterator() {
            return samples.iterator();
        }
    }
}
