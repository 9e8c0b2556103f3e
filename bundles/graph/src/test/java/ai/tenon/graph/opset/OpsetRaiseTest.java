package ai.tenon.graph.opset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.rewrite.Constants;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpsetRaiseTest {
    private final Graph graph = new Graph("test");
    private final Model model = new Model(graph);
    private final Value x = graph.addInput("x", ValueType.tensor(DataType.FLOAT, 2, 3, 4, 4));

    private Node node(String opType, Value... inputs) {
        Node node =
                graph.add(
                        "",
                        opType,
                        "",
                        Arrays.asList(inputs),
                        List.of(graph.freshValue(opType, null)));
        graph.addOutput(node.output(0));
        return node;
    }

    private int raise(long from, long to) {
        model.opsetImports().put("", from);
        return OpsetRaise.raise(model, to);
    }

    private List<String> operators() {
        return graph.nodes().stream().map(Node::opType).toList();
    }

    private Node computing(int output) {
        return graph.outputs().get(output).producer();
    }

    @Test
    void attributesBecomeInputs() {
        node("ReduceSum", x).set(Attribute.ofInts("axes", 1, 2));
        node("ReduceMean", x).set(Attribute.ofInts("axes", 3));
        node("Clip", x).set(Attribute.ofFloat("max", 6f));
        assertEquals(2, raise(9, 13));
        assertArrayEquals(new long[] {1, 2}, Constants.integers(computing(0).input(1)));
        assertArrayEquals(new long[] {3}, computing(1).intsAttribute("axes", null));
        assertEquals(null, computing(2).input(1));
        assertEquals(6, Constants.scalar(computing(2).input(2)).getAsDouble());
        assertEquals(1, raise(13, 18));
        assertArrayEquals(new long[] {3}, Constants.integers(computing(1).input(1)));
        assertEquals(0, raise(18, 13));
        assertEquals(18, model.opset(""));
    }

    @Test
    void softmaxOverSeveralDimensionsFlattensThem() {
        node("Softmax", x);
        node("Softmax", x).set(Attribute.ofInt("axis", 3));
        raise(12, 13);
        assertEquals(List.of("Flatten", "Softmax", "Reshape", "Softmax"), operators());
        assertArrayEquals(new long[] {2, 3, 4, 4}, Constants.integers(computing(0).input(1)));
        assertEquals(3, computing(1).intAttribute("axis", 1));
    }

    @Test
    void upsampleBecomesResizeOverSeveralVersions() {
        node("Upsample", x)
                .set(Attribute.ofFloat("height_scale", 2))
                .set(Attribute.ofFloat("width_scale", 2));
        raise(6, 23);
        assertEquals(List.of("Resize"), operators());
        Node resize = computing(0);
        assertEquals("asymmetric", resize.stringAttribute("coordinate_transformation_mode", ""));
        assertEquals(null, resize.input(1));
        assertArrayEquals(new float[] {1, 1, 2, 2}, Constants.floats(resize.input(2)));
        assertEquals(1, graph.initializers().size());
        assertEquals(11, model.irVersion());
    }

    @Test
    void oldBroadcastingAlongAnAxisIsWrittenOut() {
        Value bias = graph.addInitializer("bias", Tensor.ofFloats(new float[3], 3));
        node("Add", x, bias).set(Attribute.ofInt("broadcast", 1)).set(Attribute.ofInt("axis", 1));
        raise(6, 13);
        assertEquals(List.of("Reshape", "Add"), operators());
        assertArrayEquals(new long[] {0, 1, 1}, Constants.integers(graph.nodes().get(0).input(1)));
    }

    @Test
    void initializersAreNoInputsAnyMoreOnceTheFormatAllowsIt() {
        Value w = graph.addInput("w", ValueType.tensor(DataType.FLOAT, 1));
        graph.setConstant(w, Tensor.ofFloats(new float[] {1}, 1));
        node("Mul", x, w);
        model.setIrVersion(3);
        raise(8, 13);
        assertEquals(List.of(x), graph.inputs());
        assertEquals(7, model.irVersion());
    }

    @Test
    void subgraphsAndFunctionsAreRaisedToo() {
        Value condition = graph.addInput("condition", ValueType.tensor(DataType.BOOL));
        Graph branch = new Graph("branch");
        Value inner = branch.newValue("inner", null);
        branch.add("", "Unsqueeze", "", List.of(x), List.of(inner))
                .set(Attribute.ofInts("axes", 0));
        branch.addOutput(inner);
        node("If", condition).set(Attribute.ofGraph("then_branch", branch));
        Graph body = new Graph("body");
        Value in = body.addInput("in", null);
        Value out = body.newValue("out", null);
        body.add("", "Squeeze", "", List.of(in), List.of(out)).set(Attribute.ofInts("axes", 0));
        body.addOutput(out);
        model.functions()
                .add(new Function("f", "F", "", List.of(), List.of(), Map.of("", 11L), body, null));
        assertEquals(2, raise(11, 13));
        assertEquals(1, branch.initializers().size());
        assertEquals("Constant", body.nodes().get(0).opType());
        assertEquals(13, model.functions().get(0).opsetImports().get(""));
    }

    @Test
    void whatCannotBeConvertedIsNamedAndTheModelStaysAsItWas() {
        node("ReduceSum", x).set(Attribute.ofInts("axes", 1));
        node("Tile", x);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> raise(1, 13));
        assertTrue(e.getMessage().startsWith("Tile 'Tile' of operator set 1"), e.getMessage());
        assertEquals(1, model.opset(""));
        assertArrayEquals(new long[] {1}, computing(0).intsAttribute("axes", null));
    }

    @Test
    void experimentalOperatorsOfOldBecomeStandardOnes() {
        Value scaled = node("ImageScaler", x).output(0);
        scaled.producer().set(Attribute.ofFloat("scale", 2));
        Value cropped = node("Crop", scaled).output(0);
        cropped.producer().set(Attribute.ofInts("border", 1, 0, 1, 2));
        node("Affine", cropped).set(Attribute.ofFloat("alpha", 3));
        raise(7, 13);
        assertEquals(List.of("Mul", "Add", "Slice", "Mul", "Add"), operators());
        Node slice = computing(1);
        assertArrayEquals(new long[] {0, 1}, Constants.integers(slice.input(1)));
        assertArrayEquals(new long[] {-2, -1}, Constants.integers(slice.input(2)));
    }
}
