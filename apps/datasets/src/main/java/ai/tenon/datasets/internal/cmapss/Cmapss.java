package ai.tenon.datasets.internal.cmapss;

import ai.tenon.datasets.Split;
import ai.tenon.datasets.TaskData;
import ai.tenon.datasets.internal.LabelFile;
import ai.tenon.datasets.internal.LazyDataSet;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;

/**
 * NASA's turbofan engines, subset FD001, as the 1-D CNN of rul_codes_open takes them: {@code input}
 * is FLOAT [1, 30, 14], the last 30 cycles of the 14 sensors that vary, scaled to -1..1 by the
 * ranges of the training file. To evaluate: the last five windows of every test engine, with {@code
 * engine} and {@code rul} (remaining cycles) as INT64 [1].
 */
@Component
public final class Cmapss implements TaskData {
    static final int WINDOW = 30;
    private static final int WINDOWS_PER_ENGINE = 5;
    private static final int CALIBRATION_STEP = 40;

    @Override
    public String name() {
        return "cmapss";
    }

    @Override
    public String metric() {
        return "rul-rmse";
    }

    @Override
    public DataSet open(Path folder, Split split, Optional<Path> vocabulary) throws IOException {
        Path files = folder.resolve("cmapss-fd001");
        Engines train = Engines.read(files.resolve("train_FD001.txt"));
        SensorScale scale = SensorScale.of(train);
        if (split == Split.CALIBRATE) {
            List<Window> every = windows(train, Integer.MAX_VALUE);
            int size = every.size() / CALIBRATION_STEP;
            return new LazyDataSet(
                    "every " + CALIBRATION_STEP + "th window of train_FD001",
                    size,
                    index ->
                            new Sample(
                                    input(every.get(index * CALIBRATION_STEP), scale), Map.of()));
        }
        Engines test = Engines.read(file(files, "test_engines*.txt"));
        Map<Integer, Long> lives = lives(file(files, "rul_engines*.csv"));
        if (!lives.keySet().containsAll(test.cycles().keySet())) {
            throw new IOException(files + " has engines without a remaining life");
        }
        List<Window> last = windows(test, WINDOWS_PER_ENGINE);
        return new LazyDataSet(
                "the last " + WINDOWS_PER_ENGINE + " windows of every test engine of FD001",
                last.size(),
                index -> {
                    int engine = last.get(index).engine();
                    return new Sample(
                            input(last.get(index), scale),
                            Map.of(
                                    "engine", Tensor.ofLongs(new long[] {engine}, 1),
                                    "rul", Tensor.ofLongs(new long[] {lives.get(engine)}, 1)));
                });
    }

    /** The rows of an engine that end at a cycle. */
    private record Window(int engine, List<double[]> rows) {}

    /** The last windows of every engine, at most so many of each. */
    private static List<Window> windows(Engines engines, int most) {
        List<Window> windows = new ArrayList<>();
        engines.cycles()
                .forEach(
                        (engine, rows) -> {
                            int starts = rows.size() - WINDOW + 1;
                            for (int i = Math.max(0, starts - most); i < starts; i++) {
                                windows.add(new Window(engine, rows.subList(i, i + WINDOW)));
                            }
                        });
        return windows;
    }

    private static Map<String, Tensor> input(Window window, SensorScale scale) {
        float[] values = new float[WINDOW * Engines.SENSORS];
        for (int i = 0; i < values.length; i++) {
            int sensor = i % Engines.SENSORS;
            values[i] = scale.scaled(window.rows().get(i / Engines.SENSORS)[sensor], sensor);
        }
        return Map.of("input", Tensor.ofFloats(values, 1, WINDOW, Engines.SENSORS));
    }

    private static Path file(Path folder, String pattern) throws IOException {
        try (var files = Files.newDirectoryStream(folder, pattern)) {
            for (Path file : files) {
                return file;
            }
        }
        throw new IOException(folder.resolve(pattern) + " is missing");
    }

    private static Map<Integer, Long> lives(Path file) throws IOException {
        Map<Integer, Long> lives = new HashMap<>();
        for (String line : LabelFile.lines(file).stream().skip(1).toList()) {
            String[] fields = line.split(",");
            try {
                lives.put(Integer.valueOf(fields[0]), Long.valueOf(fields[1]));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new IOException(file + " has a line that is not 'engine,rul': " + line, e);
            }
        }
        return lives;
    }
}
