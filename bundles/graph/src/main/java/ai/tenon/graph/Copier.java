package ai.tenon.graph;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Copies models: graphs, nodes and values anew, tensors shared, since nobody writes into them. */
final class Copier {
    private final Map<Value, Value> copies = new IdentityHashMap<>();

    static Model copy(Model model) {
        Copier copier = new Copier();
        Model copy = new Model(copier.copy(model.graph()));
        copy.setIrVersion(model.irVersion());
        copy.setProducerName(model.producerName());
        copy.setProducerVersion(model.producerVersion());
        copy.setDomain(model.domain());
        copy.setModelVersion(model.modelVersion());
        copy.setDocString(model.docString());
        copy.opsetImports().putAll(model.opsetImports());
        copy.metadata().putAll(model.metadata());
        copy.setUnmodeled(model.unmodeled());
        for (Function function : model.functions()) {
            copy.functions()
                    .add(
                            new Function(
                                    function.domain(),
                                    function.name(),
                                    function.overload(),
                                    function.attributeNames(),
                                    function.attributeDefaults(),
                                    function.opsetImports(),
                                    copier.copy(function.body()),
                                    function.docString()));
        }
        return copy;
    }

    private Graph copy(Graph graph) {
        Graph copy = new Graph(graph.name());
        copy.setDocString(graph.docString());
        copy.setUnmodeled(graph.unmodeled());
        copy.metadata().putAll(graph.metadata());
        graph.inputs().forEach(input -> keep(input, copy.addInput(input.name(), input.type())));
        for (Value initializer : graph.initializers()) {
            Value same = copies.get(initializer);
            if (same == null) {
                same = keep(initializer, copy.newValue(initializer.name(), initializer.type()));
            }
            copy.setConstant(same, initializer.constant());
        }
        for (Value value : graph.values()) {
            if (!copies.containsKey(value)) {
                keep(value, copy.newValue(value.name(), value.type()));
            }
        }
        graph.nodes().forEach(node -> copy(node, copy));
        graph.outputs().forEach(output -> copy.addOutput(copies.get(output)));
        return copy;
    }

    private void copy(Node node, Graph target) {
        Node copy =
                target.add(
                        node.domain(),
                        node.opType(),
                        node.name(),
                        mapped(node.inputs()),
                        mapped(node.outputs()));
        copy.setOverload(node.overload());
        copy.setDocString(node.docString());
        copy.metadata().putAll(node.metadata());
        copy.setUnmodeled(node.unmodeled());
        node.attributes().forEach(attribute -> copy.set(copy(attribute)));
    }

    private Attribute copy(Attribute attribute) {
        List<Graph> graphs = attribute.graphs();
        if (graphs.isEmpty()) {
            return attribute;
        }
        List<Graph> copied = graphs.stream().map(this::copy).toList();
        return new Attribute(
                attribute.name(),
                attribute.kind(),
                attribute.kind() == Attribute.Kind.GRAPH ? copied.get(0) : copied,
                attribute.reference(),
                attribute.docString());
    }

    private List<Value> mapped(List<Value> values) {
        // optional inputs and outputs are null, which List.copyOf would refuse
        return Arrays.asList(
                values.stream()
                        .map(value -> value == null ? null : copies.get(value))
                        .toArray(Value[]::new));
    }

    private Value keep(Value original, Value copy) {
        copy.setDocString(original.docString());
        copy.metadata().putAll(original.metadata());
        copies.put(original, copy);
        return copy;
    }
}
