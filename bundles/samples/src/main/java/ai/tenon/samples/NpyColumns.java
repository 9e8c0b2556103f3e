package ai.tenon.samples;

import ai.tenon.backend.TensorSpec;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.Tensor;
import ai.tenon.samples.npy.Npy;
import ai.tenon.samples.npy.NpyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Samples that are a row of several {@code .npy} files. */
final class NpyColumns implements DataFolder.Samples {
    private final Map<String, Path> paths = new LinkedHashMap<>();
    private final Map<String, NpyFile> files = new LinkedHashMap<>();
    private final Fit fit;
    private int size = -1;

    private NpyColumns(Fit fit) {
        this.fit = fit;
    }

    /**
     * @throws IOException if an input has no file, or files differ in length
     */
    static NpyColumns open(List<Path> paths, Fit fit) throws IOException {
        NpyColumns columns = new NpyColumns(fit);
        for (Path path : paths) {
            columns.add(path);
        }
        for (TensorSpec input : fit.inputs()) {
            if (!columns.files.containsKey(input.name())) {
                throw fit.missing(input, paths.get(0).getParent().toString());
            }
        }
        if (columns.size > 0) {
            columns.read(0);
        }
        return columns;
    }

    private void add(Path path) throws IOException {
        NpyFile file;
        try {
            file = NpyFile.open(path);
        } catch (IOException e) {
            throw new IOException(path + " " + e.getMessage(), e);
        }
        if (size >= 0 && file.size() != size) {
            throw new IOException(
                    path
                            + " has "
                            + file.size()
                            + " samples and "
                            + paths.values().iterator().next().getFileName()
                            + " has "
                            + size);
        }
        size = file.size();
        String name = name(path.getFileName().toString());
        files.put(name, file);
        paths.put(name, path);
    }

    /** The input or output for which a file stands, or the label's own name. */
    private String name(String fileName) {
        return Stream.concat(fit.inputs().stream(), fit.outputs().stream())
                .map(TensorSpec::name)
                .filter(name -> Npy.fileName(name).equals(fileName))
                .findFirst()
                .orElse(fileName.replaceFirst("\\.npy$", ""));
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Sample read(int index) throws IOException {
        Map<String, Tensor> row = new LinkedHashMap<>();
        for (Map.Entry<String, NpyFile> file : files.entrySet()) {
            try {
                row.put(file.getKey(), file.getValue().read(index));
            } catch (IOException e) {
                throw new IOException(
                        paths.get(file.getKey()) + " cannot be read any more: " + e.getMessage(),
                        e);
            }
        }
        return fit.sample(row, input -> paths.get(input).toString());
    }
}
