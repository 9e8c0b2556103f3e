package ai.tenon.onnxruntime.direct.internal;

import static ai.tenon.onnxruntime.direct.internal.TestModels.BACKEND;
import static ai.tenon.onnxruntime.direct.internal.TestModels.compile;
import static ai.tenon.onnxruntime.direct.internal.TestModels.run;
import static ai.tenon.onnxruntime.direct.internal.TestModels.source;
import static ai.tenon.onnxruntime.direct.internal.TestModels.standard;
import static ai.tenon.onnxruntime.direct.internal.TestModels.unary;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.SupportReport;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.onnx.internal.proto.GraphProto;
import ai.tenon.onnx.internal.proto.ModelProto;
import ai.tenon.onnx.internal.proto.StringStringEntryProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a model to a session, or to a reason why not. */
class CompileTest {
    private static final ValueType TWO = ValueType.tensor(DataType.FLOAT, 2);

    @Test
    void standardModelsAreSupported() throws BackendException {
        assertTrue(BACKEND.support(source(unary("Neg", TWO, TWO))).isComplete());
    }

    @Test
    void strangeDomainsAreNamedBeforehand() throws BackendException {
        Model model = strange();
        SupportReport report = BACKEND.support(source(model));
        assertEquals(1, report.unsupported().size());
        assertTrue(report.reasons().get(0).contains("com.example"), report.reasons().get(0));
        BackendException e = assertThrows(BackendException.class, () -> compile(model));
        assertEquals(ErrorClass.FALLBACK, e.errorClass());
        assertTrue(e.getMessage().contains("test model"), e.getMessage());
    }

    @Test
    void strangeDomainsWithAFunctionRun() throws BackendException {
        Model model = strange();
        Graph body = new Graph("Twice");
        Value in = body.addInput("in", null);
        Value out = body.newValue("out", null);
        body.add("", "Add", "", List.of(in, in), List.of(out));
        body.addOutput(out);
        model.functions()
                .add(
                        new Function(
                                "com.example",
                                "Twice",
                                "",
                                List.of(),
                                List.of(),
                                Map.of("", 20L),
                                body,
                                null));
        try (Executable executable = compile(model);
                ExecutionContext context = executable.newContext()) {
            Tensor result = run(context, Tensor.ofFloats(new float[] {1, 2}, 2));
            assertArrayEquals(new float[] {2, 4}, result.toFloats());
        }
    }

    @Test
    void sequencesAndUnpassableTypesAreRefused() throws BackendException {
        ValueType sequence = new ValueType.OfSequence(TWO);
        ValueType unsigned = ValueType.tensor(DataType.UINT32, 2);
        for (Model model :
                List.of(
                        unary("Identity", sequence, sequence),
                        unary("Identity", unsigned, unsigned))) {
            SupportReport report = BACKEND.support(source(model));
            assertTrue(report.modelReason().contains("'x'") || report.modelReason().contains("x:"));
            BackendException e = assertThrows(BackendException.class, () -> compile(model));
            assertEquals(ErrorClass.FALLBACK, e.errorClass());
        }
    }

    @Test
    void theVendorsWordsAreKept() {
        BackendException e =
                assertThrows(BackendException.class, () -> compile(unary("NoSuchOp", TWO, TWO)));
        assertEquals(ErrorClass.FALLBACK, e.errorClass());
        assertNotEquals(0, e.vendorCode());
        assertTrue(e.vendorMessage().contains("NoSuchOp"), e.vendorMessage());
        assertTrue(e.getMessage().contains("'test model'"), e.getMessage());
    }

    @Test
    void cancelledCompilesLeaveNothing() {
        CompileMonitor cancelled = new CompileMonitor((step, done) -> {}, () -> true);
        BackendException e =
                assertThrows(
                        BackendException.class,
                        () ->
                                BACKEND.compile(
                                        source(unary("Neg", TWO, TWO)),
                                        CompileOptions.builder().build(),
                                        cancelled));
        assertEquals(ErrorClass.CANCELLED, e.errorClass());
    }

    @Test
    void vendorSettingsAreHandedOn() {
        assertThrows(
                BackendException.class,
                () ->
                        BACKEND.compile(
                                source(unary("Neg", TWO, TWO)),
                                CompileOptions.builder()
                                        .setting("session.disable_cpu_ep_fallback", "1")
                                        .build(),
                                CompileMonitor.SILENT));
    }

    @Test
    void settingsThatOnnxRuntimeDoesNotHaveAreRefused() throws Exception {
        ModelSource source = source(unary("Neg", TWO, TWO));
        CompileOptions unknown = CompileOptions.builder().setting("precision", "bf16").build();
        BackendException e =
                assertThrows(
                        BackendException.class,
                        () -> BACKEND.compile(source, unknown, CompileMonitor.SILENT));
        assertEquals(ErrorClass.FALLBACK, e.errorClass());
        assertTrue(
                e.getMessage()
                        .contains(
                                "backend 'ort-direct' has no setting 'precision'; it knows ep.*,"
                                        + " mlas.*, optimization.*, session.*, shape.INPUT"),
                e.getMessage());
        CompileOptions known =
                CompileOptions.builder()
                        .setting("session.intra_op.allow_spinning", "0")
                        .setting("optimization.enable_gelu_approximation", "1")
                        .setting("shape.x", "2")
                        .build();
        BACKEND.compile(source, known, CompileMonitor.SILENT).close();
    }

    /** The weights lie beside the model file, as those of large models do. */
    @Test
    void externalDataIsFound(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("model.onnx");
        Files.write(
                folder.resolve("weights.bin"),
                new byte[] {0, 0, 0x20, 0x41, 0, 0, (byte) 0xa0, 0x41});
        Files.write(file, external(plusWeights()));
        ModelSource source = ModelSource.ofFile("big", "00", file, new OnnxFormat());
        try (Executable executable =
                        BACKEND.compile(
                                source, CompileOptions.builder().build(), CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            Tensor result = run(context, Tensor.ofFloats(new float[] {1, 2}, 2));
            assertArrayEquals(new float[] {11, 22}, result.toFloats());
        }
    }

    private static Model strange() {
        Graph graph = new Graph("strange");
        Value x = graph.addInput("x", TWO);
        Value y = graph.newValue("y", TWO);
        graph.add("com.example", "Twice", "odd one", List.of(x), List.of(y));
        graph.addOutput(y);
        Model model = standard(graph);
        model.opsetImports().put("com.example", 1L);
        return model;
    }

    private static Model plusWeights() {
        Graph graph = new Graph("plus");
        Value x = graph.addInput("x", TWO);
        Value w = graph.addInitializer("w", Tensor.ofFloats(new float[] {0, 0}, 2));
        Value y = graph.newValue("y", TWO);
        graph.add("", "Add", "", List.of(x, w), List.of(y));
        graph.addOutput(y);
        return standard(graph);
    }

    /** The same model with its initializer in the file {@code weights.bin}. */
    private static byte[] external(Model model) throws Exception {
        ByteBuffer written = new OnnxFormat().write(model);
        ModelProto proto = ModelProto.parseFrom(written);
        TensorProto weights =
                proto.getGraph().getInitializer(0).toBuilder()
                        .clearRawData()
                        .setDataLocation(1)
                        .addExternalData(
                                StringStringEntryProto.newBuilder()
                                        .setKey("location")
                                        .setValue("weights.bin"))
                        .build();
        GraphProto graph = proto.getGraph().toBuilder().setInitializer(0, weights).build();
        return proto.toBuilder().setGraph(graph).build().toByteArray();
    }
}
