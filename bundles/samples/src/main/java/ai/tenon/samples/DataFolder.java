package ai.tenon.samples;

import ai.tenon.backend.Signature;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import ai.tenon.model.ModelFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder of samples in one of three forms. One sample is in memory at a time.
 *
 * <ul>
 *   <li>{@code <input>.npy}: the outermost axis counts samples; one sample is a slice {@code [1,
 *       …]}. Other {@code .npy} files are labels.
 *   <li>{@code *.npz}, sorted by name: each is one sample and holds whole tensors by the name of
 *       the input; other arrays are labels.
 *   <li>{@code test_data_set_N/input_K.pb} and {@code output_K.pb}: ONNX's own form, by position.
 * </ul>
 *
 * A file {@code metric.txt} names the metric that the data is meant for.
 */
public final class DataFolder implements DataSet {
    private static final int MOST_FILES = 1 << 20;
    private static final int LONGEST_METRIC = 64;

    /** The samples of a folder. */
    interface Samples {
        int size();

        /** Reads one; messages of errors start with the file's name. */
        Sample read(int index) throws IOException;
    }

    private final Path folder;
    private final Samples samples;

    private DataFolder(Path folder, Samples samples) {
        this.folder = folder;
        this.samples = samples;
    }

    /**
     * Looks at a folder, and reads no sample yet.
     *
     * @param signature of the model that the samples are for
     * @param format reads {@code .pb} files
     * @throws IOException if there are no samples, or it can be seen already that they do not fit
     *     the model; the message is a sentence
     */
    public static DataFolder open(Path folder, Signature signature, ModelFormat format)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("there is no folder " + folder + "; check the path");
        }
        List<Path> files = list(folder);
        List<Path> columns = ending(files, ".npy");
        List<Path> archives = ending(files, ".npz");
        List<Path> sets =
                files.stream()
                        .filter(file -> name(file).matches("test_data_set_\\d{1,6}"))
                        .toList();
        if (Stream.of(columns, archives, sets).filter(form -> !form.isEmpty()).count() > 1) {
            throw new IOException(
                    folder
                            + " holds data in several forms; keep .npy files, .npz files or"
                            + " test_data_set folders, and move the others away");
        }
        Fit fit = new Fit(signature);
        Samples samples =
                !columns.isEmpty()
                        ? NpyColumns.open(columns, fit)
                        : !archives.isEmpty()
                                ? new NpzFiles(archives, fit)
                                : TestDataFiles.open(folder, sets, fit, format);
        if (samples.size() == 0) {
            throw new IOException(
                    folder
                            + " holds no samples; it takes <input>.npy files, .npz files or"
                            + " test_data_set_*/input_*.pb, for "
                            + fit);
        }
        return new DataFolder(folder, samples);
    }

    @Override
    public String source() {
        return folder.toString();
    }

    @Override
    public int size() {
        return samples.size();
    }

    /**
     * The metric that the folder names.
     *
     * @throws IOException if what is there is no name
     */
    public Optional<String> metric() throws IOException {
        Path file = folder.resolve("metric.txt");
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        String name = Files.size(file) > 2 * LONGEST_METRIC ? "" : Files.readString(file).strip();
        if (!name.matches("[A-Za-z0-9._-]{1," + LONGEST_METRIC + "}")) {
            throw new IOException(file + " has to hold one word, the name of a metric");
        }
        return Optional.of(name);
    }

    @Override
    public Iterator<Sample> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < samples.size();
            }

            @Override
            public Sample next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                try {
                    return samples.read(next++);
                } catch (IOException e) {
                    throw new IllegalArgumentException(e.getMessage(), e);
                }
            }
        };
    }

    private static List<Path> list(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                if (files.size() == MOST_FILES) {
                    throw new IOException(folder + " holds more than " + MOST_FILES + " files");
                }
                files.add(file);
            }
        }
        files.sort(null);
        return files;
    }

    private static List<Path> ending(List<Path> files, String end) {
        return files.stream()
                .filter(file -> name(file).endsWith(end) && Files.isRegularFile(file))
                .toList();
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
