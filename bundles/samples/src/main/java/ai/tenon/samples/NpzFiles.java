package ai.tenon.samples;

import ai.tenon.evaluation.Sample;
import ai.tenon.graph.Tensor;
import ai.tenon.samples.npy.Npy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Samples that are a {@code .npz} file each. */
record NpzFiles(List<Path> files, Fit fit) implements DataFolder.Samples {
    @Override
    public int size() {
        return files.size();
    }

    @Override
    public Sample read(int index) throws IOException {
        Path file = files.get(index);
        Map<String, Tensor> arrays;
        try {
            arrays = Npy.readAll(file);
        } catch (IOException e) {
            throw new IOException(file + " " + e.getMessage(), e);
        }
        return fit.sample(arrays, input -> file.toString());
    }
}
