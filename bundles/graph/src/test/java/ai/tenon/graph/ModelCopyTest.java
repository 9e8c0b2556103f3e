package ai.tenon.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;

class ModelCopyTest {
    @Test
    void aCopyIsRewrittenWithoutTheOriginalAndSubgraphsReadTheCopysValues() {
        Graph graph = new Graph("main");
        Value x = graph.addInput("x", ValueType.tensor(DataType.FLOAT, 2));
        Value w = graph.addInitializer("w", Tensor.ofFloats(new float[] {1, 2}, 2));
        Value c = graph.addInput("c", ValueType.tensor(DataType.BOOL));
        Value y = graph.newValue("y", null);
        Node branch = graph.add("", "If", "choose", List.of(c), List.of(y));
        branch.set(Attribute.ofGraph("then_branch", branch("then", x, w)));
        branch.set(Attribute.ofGraph("else_branch", branch("else", x, x)));
        graph.addOutput(y);
        Model model = new Model(graph);
        model.opsetImports().put("", 17L);

        Model copy = model.copy();
        Graph inner = copy.graph().nodes().get(0).attribute("then_branch").orElseThrow().asGraph();
        Value copiedX = copy.graph().value("x");
        assertNotSame(x, copiedX);
        assertSame(copiedX, inner.nodes().get(0).input(0));
        assertSame(w.constant(), copy.graph().value("w").constant());
        assertEquals(3, x.uses().size());
        assertEquals(3, copiedX.uses().size());
        assertEquals(17, copy.opset(""));

        copy.graph().replaceUses(copiedX, copy.graph().value("w"));
        assertEquals(3, x.uses().size());
        assertNull(x.producer());
        assertEquals("y", copy.graph().outputs().get(0).name());
    }

    private static Graph branch(String name, Value left, Value right) {
        Graph graph = new Graph(name);
        Value sum = graph.newValue(name + "_sum", null);
        graph.add("", "Add", "", List.of(left, right), List.of(sum));
        graph.addOutput(sum);
        return graph;
    }
}
