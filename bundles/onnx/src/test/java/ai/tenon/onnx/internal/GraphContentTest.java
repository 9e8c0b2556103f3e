package ai.tenon.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.onnx.internal.proto.ModelProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class GraphContentTest {
    private final OnnxFormat format = new OnnxFormat();

    @Test
    void nodesOfOneNameAreWrittenUnderNamesOfTheirOwn() throws Exception {
        Graph graph = new Graph("g");
        Model model = new Model(graph);
        model.opsetImports().put("", 13L);
        Value value = graph.addInput("x", ValueType.tensor(DataType.FLOAT, 1));
        for (String name : List.of("a", "a", "", "a_1", "a", "")) {
            Value next = graph.freshValue("y", null);
            graph.add("", "Relu", name, List.of(value), List.of(next));
            value = next;
        }
        graph.addOutput(value);
        assertEquals(
                List.of("a", "a_2", "", "a_1", "a_3", ""),
                format.read(format.write(model)).graph().nodes().stream().map(Node::name).toList());
    }

    @Test
    void nodesAttributesAndSubgraphs() throws Exception {
        Model model = read(Samples.everything());
        Graph graph = model.graph();
        Node node = graph.nodes().get(1);
        assertEquals("ai.example.Everything", node.qualifiedType());
        assertEquals("first", node.overload());
        assertSame(graph.value("y"), node.input(0));
        assertEquals(2, node.inputs().size());
        assertNull(node.input(1), "an empty name is an input left out");
        assertEquals(1.5f, node.floatAttribute("f", 0));
        assertEquals(-3, node.intAttribute("i", 0));
        assertArrayEquals(new long[] {1, Long.MIN_VALUE}, node.intsAttribute("ints", null));
        assertArrayEquals(
                new byte[] {-1, 0, 1}, (byte[]) node.attribute("s").orElseThrow().value());
        assertEquals(List.of("", "s"), node.attribute("strings").orElseThrow().asStrings());
        assertEquals(
                ValueType.tensor(DataType.FLOAT, 1), node.attribute("tp").orElseThrow().value());
        assertEquals(
                List.of(10L),
                ((Datum.Sparse) node.attribute("sparse").orElseThrow().value()).shape());

        Graph sub = node.attribute("g").orElseThrow().asGraph();
        assertSame(graph.value("y"), sub.nodes().get(0).input(0), "values resolve outward");
        assertSame(graph.value("x"), sub.outputs().get(1));
        assertTrue(graph.value("y").uses().contains(sub.nodes().get(0)));

        assertEquals("", graph.nodes().get(2).domain(), "ai.onnx is the standard domain");
        assertEquals(22, model.opset(""));
        Function function = model.functions().get(0);
        Attribute alpha = function.body().nodes().get(0).attribute("alpha").orElseThrow();
        assertEquals("f", alpha.reference());
        assertEquals(ValueType.tensor(DataType.FLOAT, 2), function.body().inputs().get(0).type());
    }

    @Test
    void initializersThatAreInputsToo() throws Exception {
        ModelProto.Builder old = Samples.add().setIrVersion(3);
        old.setGraph(old.getGraph().toBuilder().addInput(Samples.floats("w", 2)));
        Graph graph = read(old.build()).graph();
        assertEquals(List.of("x", "w"), graph.inputs().stream().map(Value::name).toList());
        assertEquals(List.of(graph.value("x")), graph.requiredInputs());
        assertSame(graph.value("w"), graph.initializers().get(0));
    }

    @Test
    void modelsBeforeOperatorSetsUseTheFirst() throws Exception {
        assertEquals(1, read(Samples.add().setIrVersion(2).clearOpsetImport().build()).opset(""));
    }

    @Test
    void aRewrittenGraphIsWrittenAsItIsNow() throws Exception {
        Model model = read(Samples.everything());
        Graph graph = model.graph();
        graph.value("copy 0").setType(ValueType.tensor(DataType.FLOAT, 4, 5));
        graph.nodes().get(1).removeAttribute("tp");
        graph.nodes().get(1).set(Attribute.ofInt("t", 3));
        graph.removeInitializer(graph.value("sparse"));
        graph.addInitializer("added", Tensor.ofFloats(new float[] {7}, 1));

        Graph again = format.read(format.write(model)).graph();
        assertEquals(ValueType.tensor(DataType.FLOAT, 4, 5), again.value("copy 0").type());
        assertTrue(again.nodes().get(1).attribute("tp").isEmpty());
        assertEquals(3, again.nodes().get(1).intAttribute("t", 0));
        assertNull(again.value("sparse"));
        assertEquals(7, ((Tensor) again.value("added").constant()).toFloats()[0]);
    }

    @Test
    void typedFieldsHoldWhatRawDataWould() throws Exception {
        typed(DataType.FLOAT, 1, t -> t.addFloatData(1), "0000803f");
        typed(DataType.COMPLEX64, 1, t -> t.addFloatData(1).addFloatData(2), "0000803f00000040");
        typed(DataType.DOUBLE, 1, t -> t.addDoubleData(1), "000000000000f03f");
        typed(
                DataType.COMPLEX128,
                1,
                t -> t.addDoubleData(1).addDoubleData(0),
                "000000000000f03f0000000000000000");
        typed(
                DataType.INT64,
                2,
                t -> t.addInt64Data(-2).addInt64Data(1),
                "feffffffffffffff0100000000000000");
        typed(DataType.UINT64, 1, t -> t.addUint64Data(-1), "ffffffffffffffff");
        typed(DataType.UINT32, 1, t -> t.addUint64Data(0xfffffffeL), "feffffff");
        typed(DataType.INT32, 1, t -> t.addInt32Data(-2), "feffffff");
        typed(DataType.INT16, 1, t -> t.addInt32Data(-2), "feff");
        typed(DataType.UINT16, 1, t -> t.addInt32Data(0xfffe), "feff");
        typed(DataType.FLOAT16, 1, t -> t.addInt32Data(0x3c00), "003c");
        typed(DataType.BFLOAT16, 1, t -> t.addInt32Data(0x3f80), "803f");
        typed(DataType.INT8, 2, t -> t.addInt32Data(-1).addInt32Data(2), "ff02");
        typed(DataType.UINT8, 1, t -> t.addInt32Data(255), "ff");
        typed(DataType.BOOL, 2, t -> t.addInt32Data(1).addInt32Data(0), "0100");
        typed(DataType.FLOAT8E8M0, 1, t -> t.addInt32Data(127), "7f");
        typed(DataType.INT4, 3, t -> t.addInt32Data(0x21).addInt32Data(0x03), "2103");
        typed(DataType.UINT2, 5, t -> t.addInt32Data(0xe4).addInt32Data(0x01), "e401");
    }

    private void typed(
            DataType type, int length, UnaryOperator<TensorProto.Builder> data, String bytes)
            throws Exception {
        TensorProto.Builder proto =
                TensorProto.newBuilder().setDataType(type.code()).addDims(length);
        Tensor typed = tensor(data.apply(proto.clone()).build());
        ByteString raw = ByteString.copyFrom(HexFormat.of().parseHex(bytes));
        assertTrue(typed.contentEquals(tensor(proto.setRawData(raw).build())), type::name);
    }

    private Tensor tensor(TensorProto proto) throws Exception {
        return (Tensor) format.readValue(ByteBuffer.wrap(proto.toByteArray()), "tensor");
    }

    private Model read(ModelProto proto) throws Exception {
        return format.read(ByteBuffer.wrap(proto.toByteArray()));
    }
}
