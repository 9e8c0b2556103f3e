package ai.tenon.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
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
    private Node owner;

    public Graph(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    /** The node that has this subgraph as an attribute; null for a model's or function's graph. */
    public Node owner() {
        return owner;
    }

    void setOwner(Node node) {
        owner = node;
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

    /**
     * Defines a new value with a name like {@code hint} that is not taken, neither here nor in the
     * graphs around this one and inside it.
     */
    public Value freshValue(String hint, ValueType type) {
        return newValue(freshName(hint), type);
    }

    /** A name like {@code hint} that {@link #freshValue} would take. */
    public String freshName(String hint) {
        String candidate = hint;
        while (candidate.isEmpty() || isTaken(candidate)) {
            candidate = hint + "_" + fresh++;
        }
        return candidate;
    }

    private boolean isTaken(String valueName) {
        for (Graph around = this; around != null; around = around.outer()) {
            if (around.values.containsKey(valueName)) {
                return true;
            }
        }
        return isTakenInside(valueName);
    }

    private Graph outer() {
        return owner == null ? null : owner.graph();
    }

    private boolean isTakenInside(String valueName) {
        for (Node node : nodes) {
            if (!node.mayHoldGraphs()) {
                continue;
            }
            for (Attribute attribute : node.attributes()) {
                for (Graph subgraph : attribute.graphs()) {
                    if (subgraph.values.containsKey(valueName)
                            || subgraph.isTakenInside(valueName)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Defines an input. */
    public Value addInput(String valueName, ValueType type) {
        Value value = newValue(valueName, type);
        inputs.add(value);
        return value;
    }

    /** Lets an initializer no longer be an input: its contents are fixed from now on. */
    public void removeInput(Value initializer) {
        if (!initializer.isConstant()) {
            throw new IllegalArgumentException(
                    "input '" + initializer.name() + "' has no default and cannot go");
        }
        inputs.remove(initializer);
    }

    /** Makes a value of this graph, or of a graph around it, an output. */
    public void addOutput(Value value) {
        outputs.add(value);
        value.outputOf.add(this);
    }

    /** Lets the graph no longer return the output at {@code index}; the value itself stays. */
    public void removeOutput(int index) {
        outputs.remove(index).outputOf.remove(this);
    }

    /** Replaces the output at {@code index}. */
    public void setOutput(int index, Value value) {
        outputs.set(index, value).outputOf.remove(this);
        value.outputOf.add(this);
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
        Node node = node(domain, opType, nodeName, ins, outs);
        nodes.add(at, node);
        return node;
    }

    private Node node(
            String domain, String opType, String nodeName, List<Value> ins, List<Value> outs) {
        Node node = new Node(this, domain, opType, nodeName);
        for (int i = 0; i < ins.size(); i++) {
            node.setInput(i, ins.get(i));
        }
        outs.forEach(node::addOutput);
        return node;
    }

    /**
     * Puts a new node in the place of an old one: it computes the old one's outputs, which keep
     * their names and readers, and takes its name, but none of its attributes.
     *
     * @param nodeInputs null elements for optional inputs left out
     */
    public Node replace(Node old, String domain, String opType, List<Value> nodeInputs) {
        int at = nodes.indexOf(old);
        List<Value> outs = new ArrayList<>(old.outputs());
        Node node = node(domain, opType, old.name(), nodeInputs, outs);
        old.release();
        nodes.set(at, node);
        return node;
    }

    /**
     * Removes a node and the values that only it produced.
     *
     * @throws IllegalStateException if one of them is still read or is an output of this graph
     */
    public void remove(Node node) {
        for (Value out : node.outputs()) {
            if (out != null && out.isUsed()) {
                throw new IllegalStateException(
                        node.label() + " cannot go: '" + out.name() + "' is still used");
            }
        }
        node.release();
        for (Value out : node.outputs()) {
            if (out != null) {
                values.remove(out.name());
            }
        }
        nodes.remove(node);
    }

    /** Removes a value that nobody uses. */
    void forget(Value value) {
        if (value.isUsed()) {
            throw new IllegalStateException("'" + value.name() + "' is still used");
        }
        values.remove(value.name());
    }

    /** Ends all uses that this graph makes of values: the node that holds it goes. */
    void release() {
        nodes.forEach(Node::release);
        outputs.forEach(output -> output.outputOf.remove(this));
    }

    /** Removes an initializer that nobody reads. */
    public void removeInitializer(Value value) {
        if (value.isUsed()) {
            throw new IllegalStateException("initializer '" + value.name() + "' is still used");
        }
        initializers.remove(value);
        inputs.remove(value);
        values.remove(value.name());
    }

    /**
     * Lets every reader of {@code old}, outputs of this graph and of subgraphs included, read
     * {@code replacement} instead.
     */
    public void replaceUses(Value old, Value replacement) {
        for (Node user : List.copyOf(old.uses)) {
            for (int i = 0; i < user.inputs().size(); i++) {
                if (user.inputs().get(i) == old) {
                    user.setInput(i, replacement);
                }
            }
        }
        for (Graph reader : List.copyOf(old.outputOf)) {
            reader.outputs.replaceAll(output -> output == old ? replacement : output);
            replacement.outputOf.add(reader);
        }
        old.outputOf.clear();
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
        List<Node> sorted = Ordering.sorted(this);
        nodes.clear();
        nodes.addAll(sorted);
    }

    /** True if every node stands behind the nodes it reads from. */
    public boolean isSorted() {
        return Ordering.isSorted(this);
    }

    @Override
    public String toString() {
        return "graph '" + name + "' of " + nodes.size() + " nodes";
    }
}
