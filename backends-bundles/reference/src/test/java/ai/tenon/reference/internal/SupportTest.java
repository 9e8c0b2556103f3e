package ai.tenon.reference.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Value;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What cannot run is said beforehand, with the reason. */
class SupportTest {
    private final TestModel test = new TestModel();
    private final Value x = test.input("x", DataType.FLOAT, 2);

    @Test
    void unknownOperatorsAreNamed() throws BackendException {
        test.output(test.node("Conjure", x), DataType.FLOAT, 2);
        assertEquals(
                List.of("Conjure 'Conjure': the operator is not known to the reference backend"),
                test.reasons());
        BackendException e = assertThrows(BackendException.class, () -> test.run());
        assertEquals(ErrorClass.FALLBACK, e.errorClass());
    }

    @Test
    void settingsThatThereAreNotAreRefused() throws BackendException {
        test.output(test.node("Relu", x), DataType.FLOAT, 2);
        CompileOptions unknown = CompileOptions.builder().setting("precision", "bf16").build();
        BackendException e =
                assertThrows(
                        BackendException.class,
                        () ->
                                new ReferenceBackend()
                                        .compile(test.source(), unknown, CompileMonitor.SILENT));
        assertEquals(ErrorClass.FALLBACK, e.errorClass());
        assertTrue(
                e.getMessage().contains("backend 'reference' has no setting 'precision'"),
                e.getMessage());
        CompileOptions known = CompileOptions.builder().setting("shape.x", "2").build();
        new ReferenceBackend().compile(test.source(), known, CompileMonitor.SILENT).close();
    }

    @Test
    void operatorSetsFromTheFutureAreRefused() throws BackendException {
        test.model.opsetImports().put("", 99L);
        test.output(test.node("Relu", x), DataType.FLOAT, 2);
        assertTrue(test.reasons().get(0).contains("operator set 99 is newer than"));
    }

    @Test
    void attributesThatNobodyReadsAreRefused() throws BackendException {
        Value y = test.with(test.node("Relu", x), Attribute.ofInt("turbo", 1));
        test.output(y, DataType.FLOAT, 2);
        assertTrue(test.reasons().get(0).contains("attributes [turbo] are not known here"));
    }

    @Test
    void attributeValuesAreChecked() throws BackendException {
        Value y = test.with(test.node("Gelu", x), Attribute.ofString("approximate", "roughly"));
        test.output(y, DataType.FLOAT, 2);
        assertTrue(test.reasons().get(0).contains("approximate 'roughly' is not one of"));
    }

    @Test
    void typesOfIntermediateValuesAreChecked() throws BackendException {
        Value text = test.with(test.node("Cast", x), Attribute.ofInt("to", 8));
        test.output(test.node("Relu", text), DataType.STRING, 2);
        assertTrue(test.reasons().get(0).startsWith("Relu 'Relu': input 0 is STRING"));
    }

    @Test
    void reasonsInsideFunctionsAreToldOfTheCall() throws BackendException {
        Graph body = new Graph("body");
        Value formal = body.addInput("formal", null);
        body.addOutput(TestModel.node(body, "", "Conjure", formal).output(0));
        test.model
                .functions()
                .add(
                        new Function(
                                "custom",
                                "Trick",
                                "",
                                List.of(),
                                List.of(),
                                Map.of("", 21L),
                                body,
                                null));
        Value y = TestModel.node(test.graph, "custom", "Trick", x).output(0);
        test.output(y, DataType.FLOAT, 2);
        assertEquals(
                List.of(
                        "custom.Trick 'Trick': in its function's node Conjure 'Conjure': the"
                                + " operator is not known to the reference backend"),
                test.reasons());
    }

    @Test
    void functionsThatCallThemselvesAreRefused() throws BackendException {
        Graph body = new Graph("body");
        Value formal = body.addInput("formal", null);
        Value once = TestModel.node(body, "custom", "Again", formal).output(0);
        body.addOutput(TestModel.node(body, "custom", "Again", once).output(0));
        test.model
                .functions()
                .add(
                        new Function(
                                "custom",
                                "Again",
                                "",
                                List.of(),
                                List.of(),
                                Map.of("", 21L, "custom", 1L),
                                body,
                                null));
        test.output(TestModel.node(test.graph, "custom", "Again", x).output(0), DataType.FLOAT, 2);
        assertTrue(test.reasons().get(0).contains("call each other without end"));
    }
}
