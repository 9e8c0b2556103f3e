package ai.tenon.graph.shape;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Walks a graph in order and asks a rule for every node. */
final class Inference {
    private final Model model;
    private final Map<String, Long> opsets;
    private final Map<String, Attribute> arguments;
    private final Map<Value, ValueType> types = new IdentityHashMap<>();
    private final Map<Value, Tensor> constants = new IdentityHashMap<>();
    private final Map<Value, List<Term>> contents = new IdentityHashMap<>();

    Inference(Model model, Map<String, Long> opsets, Map<String, Attribute> arguments) {
        this.model = model;
        this.opsets = opsets;
        this.arguments = arguments;
    }

    ValueType type(Value value) {
        return types.getOrDefault(value, value.type());
    }

    /** The constant contents of a value; null if it has none. */
    Tensor constant(Value value) {
        return value.constant() instanceof Tensor tensor ? tensor : constants.get(value);
    }

    List<Term> contents(Value value) {
        return contents.get(value);
    }

    void setConstant(Value value, Tensor tensor) {
        constants.put(value, tensor);
    }

    void setContents(Value value, List<Term> terms) {
        contents.put(value, terms);
    }

    /**
     * Visits a graph and says what its outputs are.
     *
     * @param inputs what is known of its inputs beyond what they declare, by position
     */
    List<ValueType> visit(Graph graph, List<ValueType> inputs) {
        String place = graph.toString();
        for (int i = 0; i < graph.inputs().size(); i++) {
            Value input = graph.inputs().get(i);
            ValueType given = i < inputs.size() ? inputs.get(i) : null;
            assign(place, input, given);
        }
        for (Value value : graph.initializers()) {
            if (value.constant() instanceof Tensor tensor) {
                ValueType type = ValueType.tensor(tensor.type(), tensor.shape());
                assign(place, value, type);
            }
        }
        graph.nodes().forEach(this::visit);
        List<ValueType> outputs = new ArrayList<>();
        graph.outputs().forEach(output -> outputs.add(type(output)));
        return outputs;
    }

    private void visit(Node node) {
        Map<String, Attribute> attributes = attributes(node);
        try {
            Function function = function(node);
            if (function != null) {
                call(function, node, attributes);
                return;
            }
            Rule rule = Rules.find(node.domain(), node.opType());
            if (rule != null) {
                Facts facts =
                        new Facts(this, node, attributes, opsets.getOrDefault(node.domain(), 1L));
                rule.infer(facts);
                facts.outputs().forEach((value, type) -> assign(node.label(), value, type));
            }
        } catch (ShapeException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ShapeException(
                    node.label(), "", e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private void call(Function function, Node node, Map<String, Attribute> given) {
        Map<String, Attribute> all = new HashMap<>();
        function.attributeDefaults().forEach(each -> all.put(each.name(), each));
        all.putAll(given);
        List<ValueType> inputs = new ArrayList<>();
        node.inputs().forEach(input -> inputs.add(input == null ? null : type(input)));
        Inference inner = new Inference(model, function.opsetImports(), all);
        List<ValueType> outputs = inner.visit(function.body(), inputs);
        for (int i = 0; i < node.outputs().size() && i < outputs.size(); i++) {
            if (node.output(i) != null) {
                assign(node.label(), node.output(i), outputs.get(i));
            }
        }
    }

    private void assign(String place, Value value, ValueType inferred) {
        try {
            ValueType merged = Merge.of(inferred, value.type());
            if (merged != null) {
                types.put(value, merged);
            }
        } catch (IllegalArgumentException e) {
            throw new ShapeException(place, value.name(), e.getMessage());
        }
    }

    private Function function(Node node) {
        for (Function function : model.functions()) {
            if (function.name().equals(node.opType())
                    && function.domain().equals(node.domain())
                    && function.overload().equals(node.overload())) {
                return function;
            }
        }
        return null;
    }

    private Map<String, Attribute> attributes(Node node) {
        Map<String, Attribute> attributes = new HashMap<>();
        for (Attribute attribute : node.attributes()) {
            if (attribute.reference() == null) {
                attributes.put(attribute.name(), attribute);
            } else if (arguments.containsKey(attribute.reference())) {
                Attribute argument = arguments.get(attribute.reference());
                attributes.put(
                        attribute.name(),
                        Attribute.of(attribute.name(), argument.kind(), argument.value()));
            }
        }
        return attributes;
    }
}
