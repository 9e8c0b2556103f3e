package ai.tenon.cpu.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.SeededInputs;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.passes.testing.RealModels;
import ai.tenon.passes.testing.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole models against the reference backend. */
class ModelsTest {
    private static final String HASH = "0123456789abcdef0123456789abcdef";
    private static final Map<String, String> SIXTEEN =
            Map.of(
                    "shape.input_ids", "1x16",
                    "shape.attention_mask", "1x16",
                    "shape.token_type_ids", "1x16");

    private static CpuBackend backend;

    @TempDir private Path folder;

    @BeforeAll
    static void open() {
        backend = new CpuBackend("", 1, false);
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    private static ModelSource source(Model model) {
        return ModelSource.ofModel("test", HASH, model, new OnnxFormat());
    }

    private static List<double[]> run(
            Model model, Map<String, String> settings, CompileOptions.Builder options)
            throws BackendException {
        settings.forEach(options::setting);
        Map<String, String> shapes = new java.util.TreeMap<>(settings);
        shapes.keySet().removeIf(key -> !key.startsWith("shape."));
        try (Executable executable =
                        backend.compile(source(model), options.build(), CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            Tensor[] inputs = SeededInputs.of(executable.signature(), shapes);
            context.run(inputs, new RunControl());
            context.run(inputs, new RunControl());
            List<double[]> outputs = new ArrayList<>();
            for (int i = 0; i < executable.signature().outputs().size(); i++) {
                outputs.add(Numbers.doubles(context.output(i)));
            }
            return outputs;
        }
    }

    private static double cosine(double[] a, double[] b) {
        assertEquals(a.length, b.length);
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return ab / Math.sqrt(aa * bb);
    }

    private static void assertLikeReference(
            Model model, Map<String, String> shapes, double difference) throws BackendException {
        assertEquals(List.of(), backend.support(source(model)).reasons());
        List<double[]> given = run(model, shapes, CompileOptions.builder().threads(2));
        List<Tensor> expected = Running.run(model, shapes);
        for (int i = 0; i < given.size(); i++) {
            assertArrayEquals(Numbers.doubles(expected.get(i)), given.get(i), difference);
        }
    }

    @Test
    void miniLmGivesWhatTheReferenceGives() throws Exception {
        assertLikeReference(RealModels.miniLm(), SIXTEEN, 1e-4);
    }

    @Test
    void manyLengthsTakeNoMoreMemoryThanOne() throws Exception {
        Model model = RealModels.miniLm();
        try (Executable executable =
                        backend.compile(
                                source(model),
                                CompileOptions.builder().build(),
                                CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            long first = 0;
            for (int length = 2; length < 40; length++) {
                Map<String, String> shapes =
                        Map.of(
                                "shape.input_ids", "1x" + length,
                                "shape.attention_mask", "1x" + length,
                                "shape.token_type_ids", "1x" + length);
                context.run(SeededInputs.of(executable.signature(), shapes), new RunControl());
                first = first == 0 ? executable.memory().weights() : first;
            }
            assertTrue(executable.memory().weights() < first + (4 << 20));
        }
    }

    @Test
    void halfPrecisionStaysNear() throws Exception {
        Model model = RealModels.miniLm();
        double[] exact = run(model, SIXTEEN, CompileOptions.builder()).get(0);
        CompileOptions.Builder half = CompileOptions.builder().setting("precision", "bf16");
        assertTrue(cosine(exact, run(model, SIXTEEN, half).get(0)) > 0.999);
    }

    @ParameterizedTest
    @CsvSource({
        "ch_PP-OCRv4_det_infer, 1x3x64x96",
        "ch_PP-OCRv4_rec_infer, 1x3x48x64",
        "ch_ppocr_mobile_v2.0_cls_infer, 1x3x48x192"
    })
    void readingTextGivesWhatTheReferenceGives(String name, String shape) throws Exception {
        assertLikeReference(RealModels.ocr(name), Map.of("shape.x", shape), 1e-4);
    }

    @ParameterizedTest
    @CsvSource({
        "resnet8_cifar10.onnx, ''",
        "vww_96.onnx, ''",
        "cmapss_fd001_cnn.onnx, ''",
        "yunet_n_320_320.onnx, ''",
        "FastestDet.onnx, ''",
        "super_resolution.onnx, ''",
        "streaming_marvin_ww.onnx, ''",
        "toycar_ad01_autoencoder.onnx, ''",
        "silero_vad_op18_ifless.onnx, 1x576",
        "silero_vad_openvino_16k.onnx, 1x576",
        "silero_vad_16k_op15.onnx, 1x576"
    })
    void modelsOfGatewaysGiveWhatTheReferenceGives(String file, String input) throws Exception {
        Map<String, String> shapes = input.isEmpty() ? Map.of() : Map.of("shape.input", input);
        assertLikeReference(RealModels.shared(file), shapes, 1e-3);
    }

    @Test
    void whatWasPackedIsFoundAgain() throws Exception {
        Model model = RealModels.ocr("ch_ppocr_mobile_v2.0_cls_infer");
        Map<String, String> shapes = Map.of("shape.x", "1x3x48x192");
        List<double[]> first =
                run(model, shapes, CompileOptions.builder().cacheFolder(folder.resolve("c")));
        try (Stream<Path> files = Files.list(folder.resolve("c"))) {
            assertEquals(1, files.count());
        }
        List<double[]> second =
                run(model, shapes, CompileOptions.builder().cacheFolder(folder.resolve("c")));
        assertArrayEquals(first.get(0), second.get(0), 0);
        // other shapes than those that were kept
        List<double[]> other =
                run(
                        model,
                        Map.of("shape.x", "1x3x48x96"),
                        CompileOptions.builder().cacheFolder(folder.resolve("c")));
        assertEquals(first.get(0).length, other.get(0).length);
    }

    @Test
    void aPrecisionThatThereIsNotIsRefused() throws Exception {
        Model model = RealModels.ocr("ch_ppocr_mobile_v2.0_cls_infer");
        CompileOptions options = CompileOptions.builder().setting("precision", "fp8").build();
        BackendException error =
                assertThrows(
                        BackendException.class,
                        () -> backend.compile(source(model), options, CompileMonitor.SILENT));
        assertTrue(error.getMessage().contains("fp32 or bf16"), error.getMessage());
    }

    @Test
    void aSettingThatThereIsNotIsRefused() throws Exception {
        Model model = RealModels.ocr("ch_ppocr_mobile_v2.0_cls_infer");
        CompileOptions options =
                CompileOptions.builder()
                        .setting("shape.x", "1x3x48x192")
                        .setting("precison", "bf16")
                        .build();
        BackendException error =
                assertThrows(
                        BackendException.class,
                        () -> backend.compile(source(model), options, CompileMonitor.SILENT));
        assertEquals(BackendException.ErrorClass.FALLBACK, error.errorClass());
        assertTrue(
                error.getMessage()
                        .contains(
                                "backend 'cpu' has no setting 'precison' (did you mean"
                                        + " 'precision'?); it knows precision, shape.INPUT"),
                error.getMessage());
    }

    @Test
    void aRunThatIsCancelledEndsWithTheRightError() throws Exception {
        Model model = RealModels.miniLm();
        RunControl control = new RunControl();
        control.cancel();
        try (Executable executable =
                        backend.compile(
                                source(model),
                                CompileOptions.builder().build(),
                                CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            Tensor[] inputs =
                    SeededInputs.of(
                            executable.signature(),
                            Map.of(
                                    "shape.input_ids", "1x128",
                                    "shape.attention_mask", "1x128",
                                    "shape.token_type_ids", "1x128"));
            BackendException error =
                    assertThrows(BackendException.class, () -> context.run(inputs, control));
            assertEquals(BackendException.ErrorClass.CANCELLED, error.errorClass());
            context.run(inputs, new RunControl());
            error = assertThrows(BackendException.class, () -> context.profile(inputs, control));
            assertEquals(BackendException.ErrorClass.CANCELLED, error.errorClass());
            assertTrue(context.profile(inputs, new RunControl()).isPresent());
        }
    }
}
