package ai.tenon.samples;

import ai.tenon.backend.TensorSpec;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.Tensor;
import ai.tenon.model.ModelFormat;
import ai.tenon.samples.npy.Npy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Samples that are a folder of tensors each, in ONNX's own form. */
record TestDataFiles(List<TestData<Path>> sets, Fit fit, ModelFormat format)
        implements DataFolder.Samples {

    /**
     * @param folders that hold the files, all of them in {@code parent}
     * @throws IOException if a position is missing
     */
    static TestDataFiles open(Path parent, List<Path> folders, Fit fit, ModelFormat format)
            throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        for (Path folder : folders) {
            try (Stream<Path> all = Files.list(folder)) {
                all.filter(Files::isRegularFile)
                        .forEach(file -> files.put(parent.relativize(file).toString(), file));
            }
        }
        try {
            return new TestDataFiles(TestData.of(files), fit, format);
        } catch (IOException e) {
            throw new IOException(parent + ": " + e.getMessage(), e);
        }
    }

    @Override
    public int size() {
        return sets.size();
    }

    @Override
    public Sample read(int index) throws IOException {
        TestData<Path> set = sets.get(index);
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        Map<String, String> files = new LinkedHashMap<>();
        for (TensorSpec input : fit.inputs()) {
            int position = files.size();
            if (position >= set.inputs().size()) {
                throw fit.missing(input, set.name());
            }
            arrays.put(input.name(), tensor(set.inputs().get(position)));
            files.put(input.name(), set.inputs().get(position).toString());
        }
        for (int i = 0; i < Math.min(set.outputs().size(), fit.outputs().size()); i++) {
            arrays.putIfAbsent(fit.outputs().get(i).name(), tensor(set.outputs().get(i)));
        }
        return fit.sample(arrays, files::get);
    }

    private Tensor tensor(Path file) throws IOException {
        if (Files.size(file) > Npy.LARGEST) {
            throw new IOException(
                    file + " has " + Files.size(file) + " bytes; " + Npy.LARGEST + " are allowed");
        }
        try {
            if (format.readValue(ByteBuffer.wrap(Files.readAllBytes(file)), "tensor")
                    instanceof Tensor tensor) {
                return tensor;
            }
        } catch (IOException e) {
            throw new IOException(file + " holds no tensor: " + e.getMessage(), e);
        }
        throw new IOException(file + " holds no dense tensor");
    }
}
