package ai.tenon.graph.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RewriteTest {
    private static final ValueType FLOAT = ValueType.tensor(DataType.FLOAT, 2);

    private final Graph graph = new Graph("test");
    private final Value x = graph.addInput("x", FLOAT);

    private static Value node(Graph graph, String opType, String output, Value... inputs) {
        Value out = graph.newValue(output, null);
        graph.add("", opType, "", Arrays.asList(inputs), List.of(out));
        return out;
    }

    private List<String> operators() {
        return graph.nodes().stream().map(Node::opType).toList();
    }

    @Test
    void aReplacedNodeKeepsItsOutputs() {
        Value a = node(graph, "Neg", "a", x);
        Value b = node(graph, "Relu", "b", a);
        graph.addOutput(b);
        Node fused = graph.replace(b.producer(), "custom", "NegRelu", List.of(x));
        assertSame(fused, b.producer());
        assertSame(b, graph.outputs().get(0));
        assertFalse(a.isUsed());
        assertEquals(1, Rewrite.removeUnused(a));
        assertEquals(List.of("NegRelu"), operators());
        assertNull(graph.value("a"));
    }

    @Test
    void aBypassedOutputGivesItsNameAway() {
        Value a = node(graph, "Neg", "a", x);
        Value b = node(graph, "Identity", "b", a);
        b.setType(FLOAT);
        graph.addOutput(b);
        assertTrue(Rewrite.bypass(b, a));
        assertEquals(List.of("Neg"), operators());
        assertEquals("b", graph.outputs().get(0).name());
        assertSame(graph.value("b").producer(), graph.nodes().get(0));
        assertEquals(FLOAT, graph.value("b").type());
    }

    @Test
    void anOutputThatIsAnInputOrAnotherOutputStays() {
        Value a = node(graph, "Identity", "a", x);
        Value b = node(graph, "Identity", "b", a);
        graph.addOutput(a);
        graph.addOutput(b);
        assertFalse(Rewrite.bypass(a, x));
        assertFalse(Rewrite.bypass(b, a));
        assertEquals(2, graph.nodes().size());
    }

    @Test
    void whatAnotherOutputStillNeedsStays() {
        Value a = node(graph, "Neg", "a", x);
        Value kept = graph.newValue("kept", null);
        Value mask = graph.newValue("mask", null);
        graph.add("", "Dropout", "", List.of(a), List.of(kept, mask));
        graph.addOutput(kept);
        graph.addOutput(mask);
        assertTrue(Rewrite.bypass(kept, a));
        assertEquals(List.of("Neg", "Dropout"), operators());
        assertEquals(List.of("kept", "mask"), graph.outputs().stream().map(Value::name).toList());
    }

    @Test
    void aRemovedNodeEndsTheUsesOfItsSubgraphs() {
        Value outer = node(graph, "Neg", "outer", x);
        Value returned = node(graph, "Neg", "returned", x);
        Value condition = graph.addInput("condition", ValueType.tensor(DataType.BOOL));
        Graph yes = new Graph("yes");
        yes.addOutput(node(yes, "Relu", "inner", outer));
        Graph no = new Graph("no");
        no.addOutput(returned);
        Value choice = node(graph, "If", "choice", condition);
        choice.producer().set(Attribute.ofGraph("then_branch", yes));
        choice.producer().set(Attribute.ofGraph("else_branch", no));
        assertTrue(returned.isUsed());
        assertThrows(IllegalStateException.class, () -> graph.remove(returned.producer()));
        assertEquals(3, Rewrite.removeUnused(choice));
        assertEquals(List.of(), graph.nodes());
        assertEquals(List.of(), x.uses());
    }

    @Test
    void namesAreFreeInTheGraphsAroundAndInside() {
        Value condition = graph.addInput("condition", ValueType.tensor(DataType.BOOL));
        Graph inner = new Graph("inner");
        inner.addOutput(node(inner, "Relu", "a", x));
        Value choice = node(graph, "If", "choice", condition);
        choice.producer().set(Attribute.ofGraph("then_branch", inner));
        assertFalse(graph.freshName("a").equals("a"));
        assertFalse(inner.freshName("x").equals("x"));
        assertEquals(List.of(graph, inner), Rewrite.graphs(new Model(graph)));
    }

    @Test
    void aConstantIsWhatNobodyCanChange() {
        Value fixed = Constants.add(graph, "w", Tensor.ofFloats(new float[] {2, 2}, 2));
        Value standing = graph.addInput("standing", FLOAT);
        graph.setConstant(standing, Tensor.ofFloats(new float[] {1, 1}, 2));
        Value made = node(graph, "Constant", "made");
        made.producer().set(Attribute.ofInts("value_ints", 3, 4));
        assertTrue(Constants.isFilledWith(fixed, 2));
        assertFalse(Constants.isFilledWith(fixed, 1));
        assertNull(Constants.tensor(standing));
        assertNull(Constants.tensor(x));
        assertEquals(4, Constants.integers(made)[1]);
        assertNull(Constants.floats(made));
        assertTrue(Constants.scalar(made).isEmpty());
        graph.removeInput(standing);
        assertTrue(Constants.isFilledWith(standing, 1));
    }

    @Test
    void chainsEndWhereSomebodyElseReads() {
        Value a = node(graph, "Neg", "a", x);
        Value b = node(graph, "Relu", "b", a);
        graph.addOutput(b);
        assertSame(a.producer(), Match.soleProducer(a, "Abs", "Neg"));
        assertSame(b.producer(), Match.soleReader(a, "Relu"));
        assertNull(Match.soleReader(b, "Relu"));
        node(graph, "Abs", "c", a);
        assertNull(Match.soleProducer(a, "Neg"));
        assertSame(a.producer(), Match.producer(a, "Neg"));
    }
}
