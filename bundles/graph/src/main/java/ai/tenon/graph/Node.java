package ai.tenon.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** One operator call in a graph. Made by {@link Graph#add}. */
public final class Node {
    private final Graph graph;
    private final String domain;
    private final String opType;
    private String name;
    private String overload = "";
    private String docString;
    private final List<Value> inputs = new ArrayList<>();
    private final List<Value> outputs = new ArrayList<>();
    private final Map<String, Attribute> attributes = new LinkedHashMap<>();
    private boolean mayHoldGraphs;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private byte[] unmodeled = {};

    Node(Graph graph, String domain, String opType, String name) {
        this.graph = graph;
        this.domain = domain.equals("ai.onnx") ? "" : domain;
        this.opType = opType;
        this.name = name;
    }

    /** The graph that holds this node. */
    public Graph graph() {
        return graph;
    }

    /** The operator's domain; the standard one, in any of its spellings, is {@code ""}. */
    public String domain() {
        return domain;
    }

    /** The operator's name, as in {@code MatMul}. */
    public String opType() {
        return opType;
    }

    /** Domain and name, as in {@code com.microsoft.FusedConv}; the standard domain is left out. */
    public String qualifiedType() {
        return domain.isEmpty() ? opType : domain + "." + opType;
    }

    /** The node's own name; may be empty and need not be unique. */
    public String name() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    /** Which overload of a model-local function is called; usually empty. */
    public String overload() {
        return overload;
    }

    public void setOverload(String overload) {
        this.overload = overload;
    }

    /** Documentation; null when absent. */
    public String docString() {
        return docString;
    }

    public void setDocString(String docString) {
        this.docString = docString;
    }

    /** Inputs by position; null where an optional input is left out. */
    public List<Value> inputs() {
        return Collections.unmodifiableList(inputs);
    }

    /** The input at {@code index}; null if it is left out or beyond the last. */
    public Value input(int index) {
        return index < inputs.size() ? inputs.get(index) : null;
    }

    /** Outputs by position; null where an optional output is left out. */
    public List<Value> outputs() {
        return Collections.unmodifiableList(outputs);
    }

    /** The output at {@code index}; null if it is left out or beyond the last. */
    public Value output(int index) {
        return index < outputs.size() ? outputs.get(index) : null;
    }

    /**
     * All values that running this node takes, each once: its inputs, and what its subgraphs use of
     * the graphs around them.
     */
    public Set<Value> reads() {
        Set<Value> read = new LinkedHashSet<>();
        Set<Graph> inside = new HashSet<>();
        Deque<Node> open = new ArrayDeque<>(List.of(this));
        while (!open.isEmpty()) {
            Node node = open.poll();
            node.inputs.stream().filter(Objects::nonNull).forEach(read::add);
            for (Attribute attribute : node.attributes.values()) {
                for (Graph subgraph : attribute.graphs()) {
                    inside.add(subgraph);
                    open.addAll(subgraph.nodes());
                    read.addAll(subgraph.outputs());
                }
            }
        }
        read.removeIf(value -> inside.contains(value.graph()));
        return read;
    }

    /** Replaces, or with null leaves out, the input at {@code index}; grows the list as needed. */
    public void setInput(int index, Value value) {
        while (inputs.size() <= index) {
            inputs.add(null);
        }
        Value old = inputs.set(index, value);
        if (old != null) {
            old.uses.remove(this);
        }
        if (value != null) {
            value.uses.add(this);
        }
    }

    /** Leaves out the inputs from {@code count} on, and those before that are null. */
    public void cutInputs(int count) {
        while (inputs.size() > count
                || !inputs.isEmpty() && inputs.get(inputs.size() - 1) == null) {
            setInput(inputs.size() - 1, null);
            inputs.remove(inputs.size() - 1);
        }
    }

    /**
     * Leaves out the outputs from {@code count} on, and their values.
     *
     * @throws IllegalStateException if one of them is still used
     */
    public void cutOutputs(int count) {
        while (outputs.size() > count) {
            Value last = outputs.get(outputs.size() - 1);
            if (last != null) {
                graph.forget(last);
            }
            outputs.remove(outputs.size() - 1);
        }
    }

    void addOutput(Value value) {
        outputs.add(value);
        if (value != null) {
            value.setProducer(this);
        }
    }

    /** Ends all uses that this node and its subgraphs make of values. */
    void release() {
        for (int i = 0; i < inputs.size(); i++) {
            setInput(i, null);
        }
        for (Attribute attribute : attributes.values()) {
            attribute.graphs().forEach(Graph::release);
        }
    }

    /** Attributes in their order. */
    public Collection<Attribute> attributes() {
        return Collections.unmodifiableCollection(attributes.values());
    }

    /** False if no attribute has ever been a subgraph; quicker than to look. */
    boolean mayHoldGraphs() {
        return mayHoldGraphs;
    }

    /** The attribute of that name. */
    public Optional<Attribute> attribute(String attributeName) {
        return Optional.ofNullable(attributes.get(attributeName));
    }

    /** Adds or replaces an attribute. */
    public Node set(Attribute attribute) {
        attributes.put(attribute.name(), attribute);
        mayHoldGraphs |= !attribute.graphs().isEmpty();
        attribute.graphs().forEach(subgraph -> subgraph.setOwner(this));
        return this;
    }

    /** Removes an attribute if present. */
    public void removeAttribute(String attributeName) {
        attributes.remove(attributeName);
    }

    /** The value of an INT attribute, or {@code otherwise} when absent. */
    public long intAttribute(String attributeName, long otherwise) {
        Attribute attribute = attributes.get(attributeName);
        return attribute == null ? otherwise : attribute.asInt();
    }

    /** The value of a FLOAT attribute, or {@code otherwise} when absent. */
    public float floatAttribute(String attributeName, float otherwise) {
        Attribute attribute = attributes.get(attributeName);
        return attribute == null ? otherwise : attribute.asFloat();
    }

    /** The value of a STRING attribute, or {@code otherwise} when absent. */
    public String stringAttribute(String attributeName, String otherwise) {
        Attribute attribute = attributes.get(attributeName);
        return attribute == null ? otherwise : attribute.asString();
    }

    /** The value of an INTS attribute, or {@code otherwise} when absent. */
    public long[] intsAttribute(String attributeName, long[] otherwise) {
        Attribute attribute = attributes.get(attributeName);
        return attribute == null ? otherwise : attribute.asInts();
    }

    /** Named extras ({@code metadata_props}), in their order; modifiable. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * What the file said of this node that this class has no field for, in the file format's own
     * encoding; kept for writing.
     */
    public byte[] unmodeled() {
        return unmodeled;
    }

    public void setUnmodeled(byte[] unmodeled) {
        this.unmodeled = unmodeled;
    }

    /**
     * The node's name where it has one, else its first output's, with the operator: what an error
     * message should say.
     */
    public String label() {
        String id =
                !name.isEmpty()
                        ? name
                        : outputs.stream()
                                .filter(o -> o != null)
                                .map(Value::name)
                                .findFirst()
                                .orElse("?");
        return qualifiedType() + " '" + id + "'";
    }

    @Override
    public String toString() {
        return label();
    }
}
