package ai.tenon.graph;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Copies models: graphs, nodes and values anew, tensors shared, since nobody writes into them. */
final class Copier {
    private final Map<Value, Value> copies = new IdentityHashMap<>();

    static Model copy(Model model) {
        Copier copier = new Copier();
        Model copy = copier.around(copier.copy(model.graph()), model);
        copy.setUnmodeled(model.unmodeled());
        return copy;
    }

    static Model part(Model model, Collection<Node> nodes) {
        Copier copier = new Copier();
        return copier.around(copier.part(model.graph(), nodes), model);
    }

    private Model around(Graph graph, Model original) {
        Model copy = new Model(graph);
        copy.setIrVersion(original.irVersion());
        copy.setProducerName(original.producerName());
        copy.setProducerVersion(original.producerVersion());
        copy.setDomain(original.domain());
        copy.setModelVersion(original.modelVersion());
        copy.setDocString(original.docString());
        copy.opsetImports().putAll(original.opsetImports());
        copy.metadata().putAll(original.metadata());
        for (Function function : original.functions()) {
            copy.functions()
                    .add(
                            new Function(
                                    function.domain(),
                                    function.name(),
                                    function.overload(),
                                    function.attributeNames(),
                                    function.attributeDefaults(),
                                    function.opsetImports(),
                                    copy(function.body()),
                                    function.docString()));
        }
        return copy;
    }

    private Graph part(Graph graph, Collection<Node> wanted) {
        Set<Node> chosen = new HashSet<>(wanted);
        List<Node> inside = graph.nodes().stream().filter(chosen::contains).toList();
        if (inside.size() != chosen.size()) {
            throw new IllegalArgumentException(
                    "not all nodes of the part are nodes of graph '" + graph.name() + "'");
        }
        Set<Value> read = new LinkedHashSet<>();
        inside.forEach(node -> read.addAll(node.reads()));
        Graph part = new Graph(graph.name());
        addInputs(part, graph, read, chosen);
        for (Value initializer : graph.initializers()) {
            if (read.contains(initializer)) {
                addInitializer(part, initializer);
            }
        }
        for (Node node : inside) {
            for (Value output : node.outputs()) {
                if (output != null) {
                    keep(output, part.newValue(output.name(), output.type()));
                }
            }
        }
        inside.forEach(node -> copy(node, part));
        addOutputs(part, graph, inside, chosen);
        return part;
    }

    /** What the part reads and does not compute: the graph's own inputs first, in their order. */
    private void addInputs(Graph part, Graph graph, Set<Value> read, Set<Node> chosen) {
        Set<Value> inputs = new LinkedHashSet<>(graph.inputs());
        inputs.retainAll(read);
        for (Value value : read) {
            if (!value.isConstant() && !chosen.contains(value.producer())) {
                inputs.add(value);
            }
        }
        inputs.forEach(input -> keep(input, part.addInput(input.name(), input.type())));
    }

    /** What the part computes and others read: the graph's own outputs first, in their order. */
    private void addOutputs(Graph part, Graph graph, List<Node> inside, Set<Node> chosen) {
        Set<Value> readElsewhere = new HashSet<>();
        for (Node node : graph.nodes()) {
            if (!chosen.contains(node)) {
                readElsewhere.addAll(node.reads());
            }
        }
        Set<Value> outputs = new LinkedHashSet<>(graph.outputs());
        outputs.removeIf(output -> !chosen.contains(output.producer()));
        for (Node node : inside) {
            node.outputs().stream().filter(readElsewhere::contains).forEach(outputs::add);
        }
        outputs.forEach(output -> part.addOutput(copies.get(output)));
    }

    private Graph copy(Graph graph) {
        Graph copy = new Graph(graph.name());
        copy.setDocString(graph.docString());
        copy.setUnmodeled(graph.unmodeled());
        copy.metadata().putAll(graph.metadata());
        graph.inputs().forEach(input -> keep(input, copy.addInput(input.name(), input.type())));
        graph.initializers().forEach(initializer -> addInitializer(copy, initializer));
        for (Value value : graph.values()) {
            if (!copies.containsKey(value)) {
                keep(value, copy.newValue(value.name(), value.type()));
            }
        }
        graph.nodes().forEach(node -> copy(node, copy));
        graph.outputs().forEach(output -> copy.addOutput(copies.get(output)));
        return copy;
    }

    /** Its contents are shared; an initializer that is an input too has its copy already. */
    private void addInitializer(Graph copy, Value initializer) {
        Value same = copies.get(initializer);
        if (same == null) {
            same = keep(initializer, copy.newValue(initializer.name(), initializer.type()));
        }
        copy.setConstant(same, initializer.constant());
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
