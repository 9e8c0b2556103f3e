package ai.tenon.datasets.internal.cifar;

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
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;

/**
 * CIFAR-10 in its binary layout: per picture a byte with the class, then 1024 bytes each of red,
 * green and blue. Prepared for ResNet-8 of MLPerf Tiny: {@code input} is FLOAT [1, 32, 32, 3] with
 * values from 0 to 255, {@code label} INT64 [1].
 */
@Component
public final class Cifar10 implements TaskData {
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int RECORD = 1 + 3 * PLANE;
    private static final long LARGEST = 64L << 20;

    @Override
    public String name() {
        return "cifar10";
    }

    @Override
    public String metric() {
        return "top1";
    }

    @Override
    public DataSet open(Path folder, Split split, Optional<Path> vocabulary) throws IOException {
        String start = split == Split.CALIBRATE ? "cifar10-train-" : "cifar10-test-";
        Path file = file(folder, start);
        LabelFile.requireFile(file, LARGEST);
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length % RECORD != 0) {
            throw new IOException(file + " does not consist of records of " + RECORD + " bytes");
        }
        return new LazyDataSet(
                file.toString(),
                bytes.length / RECORD,
                index -> sample(bytes, index * RECORD, split == Split.EVALUATE));
    }

    private static Path file(Path folder, String start) throws IOException {
        try (var files = Files.newDirectoryStream(folder, start + "*.bin")) {
            for (Path file : files) {
                return file;
            }
        }
        throw new IOException(folder.resolve(start + "*.bin") + " is missing");
    }

    private static Sample sample(byte[] bytes, int start, boolean labelled) {
        float[] pixels = new float[3 * PLANE];
        for (int pixel = 0; pixel < PLANE; pixel++) {
            for (int colour = 0; colour < 3; colour++) {
                pixels[3 * pixel + colour] =
                        Byte.toUnsignedInt(bytes[start + 1 + colour * PLANE + pixel]);
            }
        }
        return new Sample(
                Map.of("input", Tensor.ofFloats(pixels, 1, SIDE, SIDE, 3)),
                labelled
                        ? Map.of("label", Tensor.ofLongs(new long[] {bytes[start]}, 1))
                        : Map.of());
    }
}
