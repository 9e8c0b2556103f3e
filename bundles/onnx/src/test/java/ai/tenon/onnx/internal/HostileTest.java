package ai.tenon.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.FunctionProto;
import ai.tenon.onnx.internal.proto.GraphProto;
import ai.tenon.onnx.internal.proto.ModelProto;
import ai.tenon.onnx.internal.proto.NodeProto;
import ai.tenon.onnx.internal.proto.OperatorSetIdProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import com.google.protobuf.ByteString;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no model may do is refused, and the place is named. */
class HostileTest {
    private final OnnxFormat format = new OnnxFormat();

    @Test
    void fewBytesThatClaimToBeManyElements() {
        refusesTensor("2 bytes", t -> t.clearDims().addDims(1L << 60), "2 GiB");
        refusesTensor("raw", t -> t.clearDims().addDims(1L << 30).clearFloatData(), "takes");
        refusesTensor("typed", t -> t.clearDims().addDims(1L << 29), "has 2");
        refusesTensor("negative", t -> t.clearDims().addDims(-1).addDims(-2), "negative");
    }

    @Test
    void tensorsThatContradictThemselves() {
        refusesTensor("type", t -> t.setDataType(99), "99");
        refusesTensor("no type", t -> t.clearDataType(), "without element type");
        refusesTensor("both", t -> t.setRawData(ByteString.copyFrom(new byte[8])), "both");
        refusesTensor("other", t -> t.addInt64Data(1), "others");
        refusesTensor("location", t -> t.setDataLocation(2), "location");
        refusesTensor(
                "segment",
                t -> t.setSegment(TensorProto.Segment.newBuilder().setEnd(1)),
                "segments");
        refusesTensor(
                "text",
                t ->
                        t.setDataType(8)
                                .clearFloatData()
                                .addStringData(ByteString.copyFrom(new byte[] {-1}))
                                .addStringData(ByteString.EMPTY),
                "UTF-8");
    }

    @Test
    void namesThatAreTakenOrMissing() {
        refuses(g -> g.addInput(Samples.floats("x", 1)), "graph.input[1]", "two values 'x'");
        refuses(g -> g.addInitializer(Samples.weights("w", 1)), "graph.initializer[1]", "'w'");
        refuses(g -> g.addInitializer(Samples.weights("", 1)), "graph.initializer[1]", "name");
        refuses(g -> g.addNode(Samples.node("Neg", "y", "x")), "graph.node[1]", "'y'");
        refuses(g -> g.addNode(Samples.node("", "z", "x")), "graph.node[1]", "op_type");
        refuses(g -> g.addOutput(Samples.floats("z", 1)), "graph.output[1]", "'z'");
        refuses(
                g -> g.addValueInfo(Samples.floats("v", 1)).addValueInfo(Samples.floats("v", 2)),
                "graph.value_info[1]",
                "second");
        refuses(
                g ->
                        node(
                                g,
                                n ->
                                        n.addAttribute(Samples.attribute("a", 1))
                                                .addAttribute(Samples.attribute("a", 1))),
                "graph.node[0].attribute[1]",
                "two attributes 'a'");
    }

    @Test
    void valuesThatAreNotThereYet() {
        refuses(g -> node(g, n -> n.setInput(0, "q")), "graph.node[0]", "nowhere");
        refuses(g -> node(g, n -> n.setInput(0, "y")), "graph.node[0]", "cycle");
        refuses(
                g ->
                        g.addNode(Samples.node("Neg", "a", "b"))
                                .addNode(Samples.node("Neg", "b", "a")),
                "graph.node[1]",
                "node[2]");
        GraphProto seesItsOwnNode =
                GraphProto.newBuilder().addNode(Samples.node("Neg", "inner", "y")).build();
        refuses(
                g ->
                        node(
                                g,
                                n ->
                                        n.addAttribute(
                                                Samples.attribute("body", 5).setG(seesItsOwnNode))),
                "graph.node[0].attribute[0].g.node[0]",
                "'y'");
    }

    @Test
    void attributesOfWrongKind() {
        refusesAttribute(77, "unknown type 77");
        refusesAttribute(0, "unknown type 0");
        refuses(
                g ->
                        node(
                                g,
                                n ->
                                        n.addAttribute(
                                                Samples.attribute("a", 2)
                                                        .setT(Samples.weights("", 1)))),
                "graph.node[0].attribute[0]",
                "another value");
        refuses(
                g -> node(g, n -> n.addAttribute(Samples.attribute("a", 2).setRefAttrName("b"))),
                "graph.node[0].attribute[0]",
                "no function");
    }

    @Test
    void operatorSets() {
        assertTrue(refused(Samples.add().clearOpsetImport()).getMessage().contains("operator set"));
        assertTrue(
                refused(Samples.add().addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(1)))
                        .getMessage()
                        .contains("second version"));
        refuses(g -> node(g, n -> n.setDomain("ai.else")), "graph.node[0]", "ai.else");
    }

    @Test
    void functionsThatCallThemselves() {
        FunctionProto.Builder one = function("One").addNode(call("Two"));
        FunctionProto.Builder two = function("Two").addNode(call("One"));
        ModelProto.Builder model = Samples.add().addFunctions(one).addFunctions(two);
        assertEquals("functions[0]", refused(model).place());
        assertTrue(
                refused(Samples.add().addFunctions(one).addFunctions(one))
                        .getMessage()
                        .contains("second function"));
    }

    @Test
    void graphsInGraphsWithoutEnd() {
        GraphProto graph = GraphProto.getDefaultInstance();
        for (int i = 0; i < 40; i++) {
            NodeProto node =
                    NodeProto.newBuilder()
                            .setOpType("If")
                            .addAttribute(Samples.attribute("g", 5).setG(graph))
                            .build();
            graph = GraphProto.newBuilder().addNode(node).build();
        }
        assertTrue(
                refused(Samples.add().setGraph(graph)).getMessage().contains("nested too deeply"));
    }

    @Test
    void namesThatAreNotText() throws Exception {
        byte[] bytes = Samples.add().build().toByteArray();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[text.indexOf("Add")] = (byte) 0xff;
        ModelFormatException refused =
                assertThrows(ModelFormatException.class, () -> format.read(ByteBuffer.wrap(bytes)));
        assertEquals("graph.node[0].op_type", refused.place());
    }

    @Test
    void messagesStayReadable() {
        ModelProto.Builder model = Samples.add();
        String name = "\u001b[2J".repeat(10_000);
        model.setGraph(model.getGraph().toBuilder().addOutput(Samples.floats(name, 1)));
        String message = refused(model).getMessage();
        assertTrue(message.length() < 1000, () -> message.length() + " characters");
        assertTrue(message.chars().noneMatch(Character::isISOControl));
    }

    @Test
    void everyTruncation() throws Exception {
        byte[] bytes = Samples.everything().toByteArray();
        int refused = 0;
        for (int length = 0; length < bytes.length; length++) {
            try {
                format.read(ByteBuffer.wrap(Arrays.copyOf(bytes, length)));
            } catch (ModelFormatException e) {
                refused++;
            }
        }
        // A cut between the model's own fields leaves a smaller model.
        assertTrue(bytes.length - refused < 20, "read " + (bytes.length - refused) + " of them");
    }

    @Test
    void filesOf2Gigabytes(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("large.onnx");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 31);
        }
        ModelFormatException refused =
                assertThrows(ModelFormatException.class, () -> format.read(file));
        assertTrue(refused.getMessage().contains("2147483648 bytes"));
        Files.delete(file);
    }

    @Test
    void whatIsNoModel(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("text.onnx"), "This is no model.");
        assertThrows(ModelFormatException.class, () -> format.read(file));
        assertThrows(ModelFormatException.class, () -> format.read(folder));
        assertThrows(NoSuchFileException.class, () -> format.read(folder.resolve("none.onnx")));
        Path empty = Files.createFile(folder.resolve("empty.onnx"));
        assertThrows(ModelFormatException.class, () -> format.read(empty));
        assertThrows(
                ModelFormatException.class,
                () -> format.readValue(ByteBuffer.wrap(new byte[] {3}), "map"));
        assertThrows(
                ModelFormatException.class,
                () -> format.readValue(ByteBuffer.allocate(0), "no such kind"));
    }

    private static FunctionProto.Builder function(String name) {
        return FunctionProto.newBuilder()
                .setName(name)
                .setDomain("ai.example")
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("ai.example").setVersion(1));
    }

    private static NodeProto call(String function) {
        return Samples.node(function, "result").toBuilder().setDomain("ai.example").build();
    }

    private void refusesTensor(String what, Consumer<TensorProto.Builder> change, String message) {
        TensorProto.Builder tensor = Samples.weights(what, 1, 2).toBuilder();
        change.accept(tensor);
        refuses(
                g -> g.addInitializer(tensor),
                "graph.initializer[1].tensor '" + what + "'",
                message);
    }

    private void refusesAttribute(int type, String message) {
        refuses(
                g -> node(g, n -> n.addAttribute(Samples.attribute("a", type))),
                "graph.node[0].attribute[0]",
                message);
    }

    private void refuses(Consumer<GraphProto.Builder> change, String place, String message) {
        ModelProto.Builder model = Samples.add();
        GraphProto.Builder graph = model.getGraph().toBuilder();
        change.accept(graph);
        model.setGraph(graph);
        ModelFormatException refused = refused(model);
        assertTrue(refused.place().startsWith(place), refused::getMessage);
        assertTrue(refused.getMessage().contains(message), refused::getMessage);
    }

    private static void node(GraphProto.Builder graph, Consumer<NodeProto.Builder> change) {
        NodeProto.Builder node = graph.getNode(0).toBuilder();
        change.accept(node);
        graph.setNode(0, node);
    }

    private ModelFormatException refused(ModelProto.Builder model) {
        ByteBuffer bytes = ByteBuffer.wrap(model.build().toByteArray());
        return assertThrows(ModelFormatException.class, () -> format.read(bytes));
    }
}
