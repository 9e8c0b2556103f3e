package ai.tenon.graph.shape;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.List;
import java.util.Map;

/**
 * Infers types and shapes from a model's inputs, initializers and declarations.
 *
 * <p>What cannot be known stays unknown: operators that have no rule here give values without a
 * type unless the model declares one. Named dimensions keep their names. Integers that flow from
 * {@code Shape} into {@code Reshape} and the like are followed as far as they are known.
 */
public final class ShapeInference {
    private final Inference inference;

    private ShapeInference(Inference inference) {
        this.inference = inference;
    }

    /**
     * Infers the types of all values of a model's graph and its subgraphs; changes nothing.
     *
     * @throws ShapeException if the model contradicts itself
     */
    public static ShapeInference of(Model model) {
        Unfolding.check(model);
        Inference inference = new Inference(model, model.opsetImports(), Map.of());
        inference.visit(model.graph(), List.of());
        return new ShapeInference(inference);
    }

    /**
     * Infers the types inside one call of a model-local function; changes nothing.
     *
     * @param arguments the attributes of the call, defaults included, by name
     * @param inputs types of the call's inputs by position; null where unknown or left out
     * @throws ShapeException if the model contradicts itself
     */
    public static ShapeInference ofCall(
            Model model,
            Function function,
            Map<String, Attribute> arguments,
            List<ValueType> inputs) {
        Inference inference = new Inference(model, function.opsetImports(), arguments);
        inference.visit(function.body(), inputs);
        return new ShapeInference(inference);
    }

    /** What is known of a value, at least what it declares; null if nothing is. */
    public ValueType type(Value value) {
        return inference.type(value);
    }

    /**
     * What is known of the integers that a computed tensor of rank 0 or 1 holds, as shapes are
     * calculated with them; null if nothing is, or the tensor has more than 64 elements.
     */
    public List<Term> contents(Value value) {
        return inference.contents(value);
    }

    /** Writes what was inferred into the values of a model, in place of what they declared. */
    public void store(Model model) {
        store(model.graph());
    }

    private void store(Graph graph) {
        graph.values().forEach(value -> value.setType(type(value)));
        graph.nodes()
                .forEach(
                        node ->
                                node.attributes()
                                        .forEach(
                                                attribute ->
                                                        attribute.graphs().forEach(this::store)));
    }
}
