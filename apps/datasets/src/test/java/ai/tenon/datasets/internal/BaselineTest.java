package ai.tenon.datasets.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.datasets.Split;
import ai.tenon.datasets.TaskData;
import ai.tenon.datasets.internal.banking.Banking77;
import ai.tenon.datasets.internal.banking.BankingAccuracy;
import ai.tenon.datasets.internal.cifar.Cifar10;
import ai.tenon.datasets.internal.cmapss.Cmapss;
import ai.tenon.datasets.internal.cmapss.RulRmse;
import ai.tenon.datasets.internal.detection.CocoVoc;
import ai.tenon.datasets.internal.detection.Map50;
import ai.tenon.datasets.internal.ocr.CharacterErrorRate;
import ai.tenon.datasets.internal.ocr.OcrLines;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Metric;
import ai.tenon.evaluation.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.condition.Condition;

/** The unoptimised models reach the accuracy that is known of them. */
class BaselineTest {
    @TempDir private Path temp;

    @Test
    void banking77() throws Exception {
        Path folder = SharedData.folder("text-semantic");
        Path tokenizer =
                Files.write(
                        temp.resolve("tokenizer.json"),
                        SharedData.resource("/all-minilm-l6-v2-tokenizer.json"));
        DataSet data =
                new Banking77(Condition.INSTANCE)
                        .open(folder, Split.EVALUATE, Optional.of(tokenizer));
        assertEquals(1540, data.size());
        assertEquals(
                0.8273,
                measure(SharedData.resource("/all-minilm-l6-v2.onnx"), data, new BankingAccuracy()),
                0.00005);
    }

    @Test
    void cifar10() throws Exception {
        Path folder = SharedData.folder("image-classification");
        DataSet data = evaluation(new Cifar10(), folder);
        assertEquals(1000, data.size());
        int right = 0;
        try (OrtModel ort =
                new OrtModel(Files.readAllBytes(folder.resolve("resnet8_cifar10.onnx")))) {
            for (Sample sample : data) {
                float[] scores = ort.run(sample.inputs()).get("output").toFloats();
                long label = sample.expected().get("label").toLongs()[0];
                right += best(scores) == label ? 1 : 0;
            }
        }
        assertEquals(751, right);
    }

    @Test
    void cmapss() throws Exception {
        Path folder = SharedData.folder("predictive-maintenance");
        DataSet data = evaluation(new Cmapss(), folder);
        byte[] model = Files.readAllBytes(folder.resolve("cmapss_fd001_cnn.onnx"));
        assertEquals(15.442, measure(model, data, new RulRmse()), 0.0005);
    }

    @Test
    void cocoVoc() throws Exception {
        Path folder = SharedData.folder("object-detection");
        DataSet data = evaluation(new CocoVoc(), folder);
        assertEquals(60, data.size());
        byte[] model = Files.readAllBytes(folder.resolve("FastestDet.onnx"));
        assertEquals(0.5498, measure(model, data, new Map50()), 0.00005);
    }

    @Test
    void ocrLines() throws Exception {
        Path folder = SharedData.folder("ocr");
        Path keys =
                Files.write(
                        temp.resolve("keys.txt"), SharedData.resource("/models/ppocr_keys_v1.txt"));
        DataSet data = new OcrLines().open(folder, Split.EVALUATE, Optional.of(keys));
        byte[] model = SharedData.resource("/models/ch_PP-OCRv4_rec_infer.onnx");
        assertEquals(0.0027, measure(model, data, new CharacterErrorRate()), 0.00005);
    }

    private static int best(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    private static DataSet evaluation(TaskData task, Path folder) throws Exception {
        return task.open(folder, Split.EVALUATE, Optional.empty());
    }

    private static double measure(byte[] model, DataSet data, Metric metric) throws Exception {
        try (OrtModel ort = new OrtModel(model)) {
            return ort.measure(data, metric);
        }
    }
}
