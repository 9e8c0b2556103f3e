package ai.tenon.graph.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MicrosoftRulesTest {
    private final Graph graph = new Graph("test");
    private final Model model = new Model(graph);

    @Test
    void productsKnowTheirColumns() {
        Value x = input(DataType.FLOAT, -1, 7, 32);
        Node packed = node("MatMulNBits", 1, x, input(DataType.UINT8, 48, 1, 16));
        packed.set(Attribute.ofInt("K", 32)).set(Attribute.ofInt("N", 48));
        assertEquals("FLOAT[?, 7, 48]", type(packed, 0));
        Node turned = node("FusedMatMul", 1, x, input(DataType.FLOAT, 9, 32));
        assertEquals("FLOAT[?, 7, 9]", type(turned.set(Attribute.ofInt("transB", 1)), 0));
        Value bytes = input(DataType.UINT8, 5, 8);
        Value scale = input(DataType.FLOAT);
        Node wide = node("MatMulIntegerToFloat", 1, bytes, input(DataType.INT8, 8, 3), scale);
        assertEquals("FLOAT[5, 3]", type(wide, 0));
    }

    @Test
    void skipNormalizationsGiveTheSumToo() {
        Value x = input(DataType.FLOAT, -1, 7, 32);
        Node node = node("SkipLayerNormalization", 4, x, x, input(DataType.FLOAT, 32));
        assertEquals("FLOAT[?, 7, 32]", type(node, 0));
        assertEquals("FLOAT[?, 7, 1]", type(node, 2));
        assertEquals("FLOAT[?, 7, 32]", type(node, 3));
    }

    @Test
    void attentionsKnowTheirHeads() {
        Value q = input(DataType.FLOAT, 2, 7, 32);
        Value kv = input(DataType.FLOAT, 2, 7, 16);
        Node grouped = node("GroupQueryAttention", 3, q, kv, kv);
        grouped.set(Attribute.ofInt("num_heads", 8)).set(Attribute.ofInt("kv_num_heads", 4));
        assertEquals("FLOAT[2, 7, 32]", type(grouped, 0));
        assertEquals("FLOAT[2, 4, ?, 4]", type(grouped, 1));
        Node many = node("MultiHeadAttention", 2, q, q, kv).set(Attribute.ofInt("num_heads", 4));
        assertEquals("FLOAT[2, 7, 16]", type(many, 0));
        assertEquals("FLOAT[2, 4, ?, 8]", type(many, 1));
        Node merged = node("Attention", 1, q, input(DataType.FLOAT, 32, 96));
        assertEquals("FLOAT[2, 7, 32]", type(merged, 0));
    }

    @Test
    void quantizedOnesKeepTheirType() {
        Value a = input(DataType.INT8, 2, 3, 4, 4);
        Value scale = input(DataType.FLOAT);
        Value zero = input(DataType.INT8);
        Node sum = node("QLinearAdd", 1, a, scale, zero, a, scale, zero, scale, zero);
        assertEquals("INT8[2, 3, 4, 4]", type(sum, 0));
        Node joined = node("QLinearConcat", 1, scale, zero, a, scale, zero, a, scale, zero);
        assertEquals("INT8[2, 6, 4, 4]", type(joined.set(Attribute.ofInt("axis", 1)), 0));
        Node mean = node("QLinearGlobalAveragePool", 1, a, scale, zero, scale, zero);
        assertEquals("INT8[2, 3, 1, 1]", type(mean, 0));
    }

    private Value input(DataType type, long... shape) {
        return graph.addInput("x" + graph.inputs().size(), ValueType.tensor(type, shape));
    }

    private Node node(String operator, int outputs, Value... inputs) {
        Value[] results = new Value[outputs];
        Arrays.setAll(results, i -> graph.freshValue(operator, null));
        return graph.add("com.microsoft", operator, "", Arrays.asList(inputs), List.of(results));
    }

    private String type(Node node, int output) {
        return String.valueOf(ShapeInference.of(model).type(node.output(output)));
    }
}
