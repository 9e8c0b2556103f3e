package ai.tenon.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph of operators in single-assignment form, made to be rewritten. Nodes stand in an order in
 * which they can run.
 *
 * <p>Not safe for use by several threads while one of them changes it.
 */
public final class Graph {
    private String name;
    private String docString;
    private final Map<String, Value> values = new HashMap<>();
    private final List<Value> inputs = new ArrayList<>();
    private final List<Value> outputs = new ArrayList<>();
    private final List<Value> initializers = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private byte[] unmodeled = {};
    private int fresh;

    public Graph(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    /** Documentation; null when absent. */
    public String docString() {
        return docString;
    }

    public void setDocString(String docString) {
        this.docString = docString;
    }

    /** Inputs in order. Before IR version 4 an initializer is an input too, with a default. */
    public List<Value> inputs() {
        return Collections.unmodifiableList(inputs);
    }

    /** Inputs that a caller must give: those that are no initializers. */
    public List<Value> requiredInputs() {
        return inputs.stream().filter(value -> !value.isConstant()).toList();
    }

    /** Outputs in order; in a subgraph they may be values of a graph around it. */
    public List<Value> outputs() {
        return Collections.unmodifiableList(outputs);
    }

    /** Values with constant contents, in order. */
    public List<Value> initializers() {
        return Collections.unmodifiableList(initializers);
    }

    /** Nodes in an order in which they can run. */
    public List<Node> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /** The value of that name defined in this graph itself; null if there is none. */
    public Value value(String valueName) {
        return values.get(valueName);
    }

    /** All values defined in this graph, in no particular order. */
    public Iterable<Value> values() {
        return Collections.unmodifiableCollection(values.values());
    }

    /** Named extras ({@code metadata_props}), in their order; modifiable. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * What the file said of this graph that this class has no field for, in the file format's own
     * encoding; kept for writing.
     */
    public byte[] unmodeled() {
        return unmodeled;
    }

    public void setUnmodeled(byte[] unmodeled) {
        this.unmodeled = unmodeled;
    }

    /**
     * Defines a value without a producer: an input to be, or an output of a node to be added.
     *
     * @param type null when unknown
     * @throws IllegalArgumentException if the name is empty or taken
     */
    public Value newValue(String valueName, ValueType type) {
        if (valueName.isEmpty() || values.containsKey(valueName)) {
            throw new IllegalArgumentException(
                    "graph '"
                            + name
                            + "' has "
                            + (valueName.isEmpty()
                                    ? "an unnamed value"
                                    : "two values '" + valueName + "'"));
        }
        Value value = new Value(this, valueName, type);
        values.put(valueName, value);
        return value;
    }

    /** Defines a new value with a name like {@code hint} that is not taken. */
    public Value freshValue(String hint, ValueType type) {
        String candidate = hint;
        while (candidate.isEmpty() || values.containsKey(candidate)) {
            candidate = hint + "_" + fresh++;
        }
        return newValue(candidate, type);
    }

    /** Defines an input. */
    public Value addInput(String valueName, ValueType type) {
        Value value = newValue(valueName, type);
        inputs.add(value);
        return value;
    }

    /** Makes a value of this graph, or of a graph around it, an output. */
    public void addOutput(Value value) {
        outputs.add(value);
    }

    /** Replaces the output at {@code index}. */
    public void setOutput(int index, Value value) {
        outputs.set(index, value);
    }

    /** Gives a value constant contents: an initializer from now on. */
    public Value setConstant(Value value, Datum contents) {
        if (value.graph() != this || value.producer() != null) {
            throw new IllegalArgumentException(
                    value.name() + " cannot become an initializer of graph '" + name + "'");
        }
        if (!value.isConstant()) {
            initializers.add(value);
        }
        value.setConstant(contents);
        return value;
    }

    /** Defines an initializer; its type is that of its contents. */
    public Value addInitializer(String valueName, Tensor contents) {
        return setConstant(
                newValue(valueName, ValueType.tensor(contents.type(), contents.shape())), contents);
    }

    /**
     * Adds a node at the end.
     *
     * @param nodeInputs null elements for optional inputs left out
     * @param nodeOutputs values of this graph without a producer; null elements for optional
     *     outputs left out
     */
    public Node add(
            String domain,
            String opType,
            String nodeName,
            List<Value> nodeInputs,
            List<Value> nodeOutputs) {
        return insert(nodes.size(), domain, opType, nodeName, nodeInputs, nodeOutputs);
    }

    /** Adds a node before another one; otherwise as {@link #add}. */
    public Node insertBefore(
            Node anchor,
            String domain,
            String opType,
            String nodeName,
            List<Value> nodeInputs,
            List<Value> nodeOutputs) {
        return insert(nodes.indexOf(anchor), domain, opType, nodeName, nodeInputs, nodeOutputs);
    }

    private Node insert(
            int at,
            String domain,
            String opType,
            String nodeName,
            List<Value> ins,
            List<Value> outs) {
        for (Value out : outs) {
            if (out != null
                    && (out.graph() != this || out.producer() != null || out.isConstant())) {
                throw new IllegalArgumentException("'" + out.name() + "' has a producer already");
            }
        }
        Node node = new Node(this, domain, opType, nodeName);
        for (int i = 0; i < ins.size(); i++) {
            node.setInput(i, ins.get(i));
        }
        outs.forEach(node::addOutput);
        nodes.add(at, node);
        return node;
    }

    /**
     * Removes a node and the values that only it produced.
     *
     * @throws IllegalStateException if one of them is still read or is an output of this graph
     */
    public void remove(Node node) {
        for (Value out : node.outputs()) {
            if (out != null && (!out.uses.isEmpty() || outputs.contains(out))) {
                throw new IllegalStateException(
                        node.label() + " cannot go: '" + out.name() + "' is still used");
            }
        }
        for (int i = 0; i < node.inputs().size(); i++) {
            node.setInput(i, null);
        }
        for (Value out : node.outputs()) {
            if (out != null) {
                values.remove(out.name());
            }
        }
        nodes.remove(node);
    }

    /** Removes an initializer that nobody reads. */
    public void removeInitializer(Value value) {
        if (!value.uses.isEmpty() || outputs.contains(value)) {
            throw new IllegalStateException("initializer '" + value.name() + "' is still used");
        }
        initializers.remove(value);
        inputs.remove(value);
        values.remove(value.name());
    }

    /**
     * Lets every reader of {@code old}, this graph's outputs included, read {@code replacement}
     * instead.
     */
    public void replaceUses(Value old, Value replacement) {
        for (Node user : List.copyOf(old.uses)) {
            for (int i = 0; i < user.inputs().size(); i++) {
                if (user.inputs().get(i) == old) {
                    user.setInput(i, replacement);
                }
            }
        }
        outputs.replaceAll(output -> output == old ? replacement : output);
    }

    /** Renames a value of this graph. */
    public void rename(Value value, String newName) {
        if (newName.isEmpty() || values.containsKey(newName)) {
            throw new IllegalArgumentException(
                    "graph '" + name + "' already has a value '" + newName + "'");
        }
        values.remove(value.name());
        value.rename(newName);
        values.put(newName, value);
    }

    /**
     * Brings the nodes into an order in which they can run; keeps the order they have where it can.
     *
     * @throws IllegalStateException if there is a cycle; the message names a node on it
     */
    public void sort() {
        Map<Node, Integer> missing = new IdentityHashMap<>();
        Map<Node, List<Node>> readers = new IdentityHashMap<>();
        Deque<Node> ready = new ArrayDeque<>();
        for (Node node : nodes) {
            int count = 0;
            for (Node producer : producersOf(node)) {
                readers.computeIfAbsent(producer, key -> new ArrayList<>()).add(node);
                count++;
            }
            missing.put(node, count);
            if (count == 0) {
                ready.add(node);
            }
        }
        List<Node> sorted = new ArrayList<>(nodes.size());
        while (!ready.isEmpty()) {
            Node node = ready.poll();
            sorted.add(node);
            for (Node reader : readers.getOrDefault(node, List.of())) {
                if (missing.merge(reader, -1, Integer::sum) == 0) {
                    ready.add(reader);
                }
            }
        }
        if (sorted.size() != nodes.size()) {
            Node stuck =
                    nodes.stream().filter(node -> missing.get(node) > 0).findFirst().orElseThrow();
            throw new IllegalStateException(
                    "graph '" + name + "' has a cycle through " + stuck.label());
        }
        nodes.clear();
        nodes.addAll(sorted);
    }

    /** True if every node stands behind the nodes it reads from. */
    public boolean isSorted() {
        Map<Node, Integer> position = new IdentityHashMap<>();
        for (Node node : nodes) {
            for (Node producer : producersOf(node)) {
                if (!position.containsKey(producer)) {
                    return false;
                }
            }
            position.put(node, position.size());
        }
        return true;
    }

    /**
     * Nodes of this graph that compute what {@code node} reads, what its subgraphs read included.
     */
    private List<Node> producersOf(Node node) {
        List<Node> producers = new ArrayList<>();
        Deque<Node> open = new ArrayDeque<>(List.of(node));
        while (!open.isEmpty()) {
            Node current = open.pop();
            for (Value input : current.inputs()) {
                if (input != null && input.graph() == this && input.producer() != null) {
                    producers.add(input.producer());
                }
            }
            for (Attribute attribute : current.attributes()) {
                for (Graph subgraph : attribute.graphs()) {
                    open.addAll(subgraph.nodes);
                    for (Value output : subgraph.outputs) {
                        if (output.graph() == this && output.producer() != null) {
                            producers.add(output.producer());
                        }
                    }
                }
            }
        }
        return producers;
    }

    @Override
    public String toString() {
        return "graph '" + name + "' of " + nodes.size() + " nodes";
    }
}
