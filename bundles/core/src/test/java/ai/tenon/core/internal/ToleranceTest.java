package ai.tenon.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.model.Recipe;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ToleranceTest {
    private static final Recipe PASSES = new Recipe(List.of("fold"), "", Map.of());
    private static final Recipe HALF = new Recipe(List.of(), "fp16@1", Map.of());
    private static final Recipe INT8 = new Recipe(List.of(), "int8@1", Map.of());

    private static Model of(String type) {
        Graph graph = new Graph("test");
        Value x = graph.addInput("x", ValueType.tensor(DataType.FLOAT, 2));
        graph.add("", type, "n", List.of(x), List.of(graph.newValue("y", null)));
        return new Model(graph);
    }

    private static String bound(Recipe before, Recipe now, String type) {
        return Tolerance.of(before, now, of(type)).toString();
    }

    @Test
    void floatModelsStayExactWhateverPassesRan() {
        String exact = "bound: cosine 0.9999, difference 0.001 (nothing in it is quantized)";
        assertEquals(exact, bound(Recipe.NONE, Recipe.NONE, "Relu"));
        assertEquals(exact, bound(Recipe.NONE, PASSES, "Relu"));
        Tolerance tolerance = Tolerance.of(Recipe.NONE, Recipe.NONE, of("Relu"));
        assertTrue(tolerance.isExact());
        assertTrue(tolerance.allows(new Agreement(0.99995, 0.0009)));
        assertFalse(tolerance.allows(new Agreement(0.99995, 0.0011)));
        assertFalse(tolerance.allows(new Agreement(0.9998, 0)));
        assertFalse(tolerance.allows(new Agreement(Double.NaN, 0)));
    }

    @Test
    void aQuantizedFileIsJudgedByWhatItIs() {
        assertEquals(
                "bound: cosine 0.999 (QLinearConv 'n' rounds to few bits)",
                bound(Recipe.NONE, Recipe.NONE, "QLinearConv"));
        assertEquals(
                "bound: cosine 0.9 (DynamicQuantizeLinear 'n' rounds activations by steps that"
                        + " backends choose)",
                bound(Recipe.NONE, PASSES, "DynamicQuantizeLinear"));
        Tolerance tolerance = Tolerance.of(Recipe.NONE, Recipe.NONE, of("QLinearConv"));
        assertFalse(tolerance.isExact());
        assertTrue(tolerance.allows(new Agreement(0.9991, 5)));
        assertFalse(tolerance.allows(new Agreement(0.998, 0.1)));
    }

    @Test
    void schemesCountAsBeforeAndWithWhatTheyMadeOfTheModel() {
        assertEquals("bound: cosine 0.999 (its scheme is fp16@1)", bound(HALF, HALF, "Relu"));
        String other = "bound: cosine 0.9 (its recipe quantizes otherwise than the one before)";
        assertEquals(other, bound(Recipe.NONE, HALF, "Relu"));
        assertEquals(other, bound(HALF, INT8, "QLinearConv"));
        assertTrue(bound(INT8, INT8, "DynamicQuantizeLinear").startsWith("bound: cosine 0.9 ("));
    }
}
