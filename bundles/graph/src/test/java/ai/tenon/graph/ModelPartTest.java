package ai.tenon.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModelPartTest {
    private static final ValueType TYPE = ValueType.tensor(DataType.FLOAT, 2);

    private final Graph graph = new Graph("main");
    private final Model model = new Model(graph);
    private Node first;
    private Node second;
    private Node third;
    private Value weights;

    /** second(first(x, w), x) is an output; third chooses by c between first's result and w. */
    @BeforeEach
    void build() {
        Value c = graph.addInput("c", ValueType.tensor(DataType.BOOL));
        Value x = graph.addInput("x", TYPE);
        weights = graph.addInitializer("w", Tensor.ofFloats(new float[] {1, 2}, 2));
        Value a = graph.newValue("a", TYPE);
        Value b = graph.newValue("b", TYPE);
        Value d = graph.newValue("d", TYPE);
        first = graph.add("", "Add", "first", List.of(x, weights), List.of(a));
        second = graph.add("my", "Twice", "second", List.of(a, x), List.of(b));
        third = graph.add("", "If", "third", List.of(c), List.of(d));
        third.set(Attribute.ofGraph("then_branch", returning(a)));
        third.set(Attribute.ofGraph("else_branch", returning(weights)));
        graph.addOutput(d);
        graph.addOutput(b);
        model.opsetImports().putAll(Map.of("", 17L, "my", 1L));
        Graph body = new Graph("body");
        body.addOutput(body.addInput("in", null));
        model.functions()
                .add(
                        new Function(
                                "my",
                                "Twice",
                                "",
                                List.of(),
                                List.of(),
                                Map.of("", 17L),
                                body,
                                null));
    }

    private static Graph returning(Value outer) {
        Graph branch = new Graph("branch of " + outer.name());
        branch.addOutput(outer);
        return branch;
    }

    @Test
    void whatOthersReadIsAnOutputAlsoWhereOnlyASubgraphReadsIt() {
        Model part = model.part(List.of(first, second));
        assertEquals(List.of("x"), names(part.graph().inputs()));
        assertEquals(List.of("b", "a"), names(part.graph().outputs()));
        assertEquals(List.of("w"), names(part.graph().initializers()));
        assertSame(weights.constant(), part.graph().value("w").constant());
        assertEquals(1, part.opset("my"));
        assertEquals("Twice", part.functions().get(0).name());
        assertNotSame(model.functions().get(0).body(), part.functions().get(0).body());
    }

    @Test
    void whatASubgraphCapturesIsAnInputOrComesAlongAsAnInitializer() {
        Model part = model.part(List.of(third));
        assertEquals(List.of("c", "a"), names(part.graph().inputs()));
        assertEquals(List.of("d"), names(part.graph().outputs()));
        Graph branch = part.graph().nodes().get(0).attribute("then_branch").orElseThrow().asGraph();
        assertSame(part.graph().value("a"), branch.outputs().get(0));
        assertNull(part.graph().value("a").producer());
        assertSame(weights.constant(), part.graph().value("w").constant());
    }

    @Test
    void nodesRunInTheGraphsOrderAndTheOriginalStaysAsItIs() {
        Model part = model.part(List.of(third, second, first));
        assertEquals(
                List.of("first", "second", "third"),
                part.graph().nodes().stream().map(Node::name).toList());
        assertEquals(List.of("c", "x"), names(part.graph().inputs()));
        assertEquals(List.of("d", "b"), names(part.graph().outputs()));
        assertEquals(1, graph.value("a").uses().size());
        assertThrows(
                IllegalArgumentException.class,
                () -> model.part(List.of(part.graph().nodes().get(0))));
    }

    private static List<String> names(List<Value> values) {
        return values.stream().map(Value::name).toList();
    }
}
