package ai.tenon.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A model: a graph and what is said about it ({@code ModelProto}). */
public final class Model {
    private final Graph graph;
    private long irVersion = 10;
    private String producerName = "";
    private String producerVersion = "";
    private String domain = "";
    private long modelVersion;
    private String docString = "";
    private final Map<String, Long> opsetImports = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<Function> functions = new ArrayList<>();
    private byte[] unmodeled = {};

    public Model(Graph graph) {
        this.graph = Objects.requireNonNull(graph, "graph");
    }

    /**
     * A model like this one that can be rewritten without touching this one. Contents of tensors
     * are shared.
     */
    public Model copy() {
        return Copier.copy(this);
    }

    /**
     * A model of some of this one's nodes, with its functions, operator sets and metadata. Its
     * inputs are the values that the nodes read and do not compute, its outputs those that they
     * compute and other nodes or callers read, both under their names; where this model's own
     * inputs and outputs are among them, these come first, in their order. Types are those declared
     * here; contents of tensors are shared.
     *
     * @param nodes of this model's graph itself, in any order; they run in the graph's order
     * @throws IllegalArgumentException if one of them is not in this model's graph
     */
    public Model part(Collection<Node> nodes) {
        return Copier.part(this, nodes);
    }

    public Graph graph() {
        return graph;
    }

    /** Version of the ONNX file format. */
    public long irVersion() {
        return irVersion;
    }

    public void setIrVersion(long irVersion) {
        this.irVersion = irVersion;
    }

    public String producerName() {
        return producerName;
    }

    public void setProducerName(String producerName) {
        this.producerName = producerName;
    }

    public String producerVersion() {
        return producerVersion;
    }

    public void setProducerVersion(String producerVersion) {
        this.producerVersion = producerVersion;
    }

    public String domain() {
        return domain;
    }

    public void setDomain(String domain) {
        this.domain = domain;
    }

    /** The model's own version. */
    public long modelVersion() {
        return modelVersion;
    }

    public void setModelVersion(long modelVersion) {
        this.modelVersion = modelVersion;
    }

    public String docString() {
        return docString;
    }

    public void setDocString(String docString) {
        this.docString = docString;
    }

    /**
     * Operator set versions by domain, the standard one spelt {@code ""}; modifiable, in the file's
     * order.
     */
    public Map<String, Long> opsetImports() {
        return opsetImports;
    }

    /** The operator set version of a domain; 0 if the model does not import it. */
    public long opset(String operatorDomain) {
        return opsetImports.getOrDefault(operatorDomain, 0L);
    }

    /** Named extras ({@code metadata_props}), in their order; modifiable. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Model-local functions; modifiable. */
    public List<Function> functions() {
        return functions;
    }

    /**
     * What the file said that this class has no field for, in the file format's own encoding; kept
     * for writing.
     */
    public byte[] unmodeled() {
        return unmodeled;
    }

    public void setUnmodeled(byte[] unmodeled) {
        this.unmodeled = unmodeled;
    }
}
