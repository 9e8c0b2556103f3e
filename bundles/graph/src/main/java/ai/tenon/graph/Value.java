package ai.tenon.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A named value of a graph: an input, an initializer, or an output of a node. Its producer and its
 * uses are kept up to date by {@link Graph} and {@link Node}; subgraphs use values of the graphs
 * around them directly.
 */
public final class Value {
    private final Graph graph;
    private String name;
    private ValueType type;
    private Datum constant;
    private Node producer;
    private String docString;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    final List<Node> uses = new ArrayList<>();

    /** The graphs that have this value as an output, once for each time. */
    final List<Graph> outputOf = new ArrayList<>();

    Value(Graph graph, String name, ValueType type) {
        this.graph = graph;
        this.name = name;
        this.type = type;
    }

    /** The graph in which this value is defined. */
    public Graph graph() {
        return graph;
    }

    /** Unique in its graph; may shadow nothing of the graphs around. */
    public String name() {
        return name;
    }

    void rename(String newName) {
        name = newName;
    }

    /** The declared or inferred type; null when unknown. */
    public ValueType type() {
        return type;
    }

    public void setType(ValueType type) {
        this.type = type;
    }

    /** The tensor or sparse tensor of an initializer; null for all other values. */
    public Datum constant() {
        return constant;
    }

    void setConstant(Datum constant) {
        this.constant = constant;
    }

    /** True for initializers. */
    public boolean isConstant() {
        return constant != null;
    }

    /** The node that computes this value; null for inputs and initializers. */
    public Node producer() {
        return producer;
    }

    void setProducer(Node producer) {
        this.producer = producer;
    }

    /**
     * The nodes that read this value, those in subgraphs included; a node that reads it twice is
     * listed twice. Being an output of a graph is not a use.
     */
    public List<Node> uses() {
        return Collections.unmodifiableList(uses);
    }

    /** True if this value is an output of its graph or of a subgraph in it. */
    public boolean isGraphOutput() {
        return !outputOf.isEmpty();
    }

    /** True if a node reads this value, or a graph returns it. */
    public boolean isUsed() {
        return !uses.isEmpty() || !outputOf.isEmpty();
    }

    /** Documentation; null when absent. */
    public String docString() {
        return docString;
    }

    public void setDocString(String docString) {
        this.docString = docString;
    }

    /** Named extras ({@code metadata_props}), in their order; modifiable. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The tensor type, if this value is known to be a dense tensor; otherwise null. */
    public ValueType.OfTensor tensorType() {
        return type instanceof ValueType.OfTensor tensor ? tensor : null;
    }

    @Override
    public String toString() {
        return name + ": " + (type == null ? "?" : type);
    }
}
