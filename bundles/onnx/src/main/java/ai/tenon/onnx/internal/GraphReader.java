package ai.tenon.onnx.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.AttributeProto;
import ai.tenon.onnx.internal.proto.GraphProto;
import ai.tenon.onnx.internal.proto.NodeProto;
import ai.tenon.onnx.internal.proto.SparseTensorProto;
import ai.tenon.onnx.internal.proto.StringStringEntryProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import ai.tenon.onnx.internal.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes graphs of {@code GraphProto}s, with what their nodes hold. */
final class GraphReader {
    private final TensorReader tensors;
    private final AttributeReader attributes;

    GraphReader(TensorReader tensors) {
        this.tensors = tensors;
        this.attributes = new AttributeReader(tensors, this);
    }

    /** Makes a model's own graph. */
    Graph read(GraphProto proto, Map<String, Long> opsets, Place place)
            throws ModelFormatException {
        return read(proto, new Scope(new Graph(proto.getName()), null, opsets, false), place);
    }

    /** Makes a graph that is an attribute of a node in {@code around}. */
    Graph readSubgraph(GraphProto proto, Scope around, Place place) throws ModelFormatException {
        return read(proto, around.inner(new Graph(proto.getName())), place);
    }

    private Graph read(GraphProto proto, Scope scope, Place place) throws ModelFormatException {
        Graph graph = scope.graph();
        graph.setDocString(absent(proto.getDocString()));
        metadata(proto.getMetadataPropsList(), graph.metadata(), place);
        for (int i = 0; i < proto.getInputCount(); i++) {
            Place at = place.at("input", i);
            ValueInfoProto input = proto.getInput(i);
            try {
                describe(graph.addInput(input.getName(), null), input, at);
            } catch (IllegalArgumentException e) {
                throw at.error(e);
            }
        }
        for (int i = 0; i < proto.getInitializerCount(); i++) {
            addInitializer(graph, proto.getInitializer(i), place.at("initializer", i));
        }
        for (int i = 0; i < proto.getSparseInitializerCount(); i++) {
            addInitializer(graph, proto.getSparseInitializer(i), place.at("sparse_initializer", i));
        }
        addNodes(scope, proto.getNodeList(), declarations(proto, place), place);
        for (int i = 0; i < proto.getOutputCount(); i++) {
            Place at = place.at("output", i);
            String name = proto.getOutput(i).getName();
            Value value = scope.resolve(name);
            if (value == null) {
                throw at.error("output '" + name + "' is computed nowhere");
            }
            graph.addOutput(value);
        }
        graph.setUnmodeled(Leftovers.of(proto, graph));
        return graph;
    }

    /**
     * Adds nodes to the scope's graph.
     *
     * @param declared what the file says of the values that they compute, by name
     */
    void addNodes(
            Scope scope, List<NodeProto> nodes, Map<String, ValueInfoProto> declared, Place place)
            throws ModelFormatException {
        for (int i = 0; i < nodes.size(); i++) {
            Place at = place.at("node", i);
            try {
                addNode(scope, nodes, i, declared, at);
            } catch (IllegalArgumentException e) {
                throw at.error(e);
            }
        }
    }

    private void addNode(
            Scope scope,
            List<NodeProto> nodes,
            int index,
            Map<String, ValueInfoProto> declared,
            Place place)
            throws ModelFormatException {
        NodeProto proto = nodes.get(index);
        if (proto.getOpType().isEmpty()) {
            throw place.error("a node without op_type");
        }
        if (!scope.opsets().containsKey(Leftovers.domain(proto.getDomain()))) {
            throw place.error(
                    "uses the domain '" + proto.getDomain() + "', which is not in opset_import");
        }
        List<Value> inputs = new ArrayList<>(proto.getInputCount());
        for (String name : proto.getInputList()) {
            Value input = name.isEmpty() ? null : scope.resolve(name);
            if (input == null && !name.isEmpty()) {
                throw place.error(undefined(name, nodes, index));
            }
            inputs.add(input);
        }
        // Subgraphs see what is defined before their node, and not its outputs.
        List<Attribute> read = new ArrayList<>(proto.getAttributeCount());
        Set<String> names = new HashSet<>();
        for (int i = 0; i < proto.getAttributeCount(); i++) {
            AttributeProto attribute = proto.getAttribute(i);
            Place at = place.at("attribute", i);
            if (!names.add(attribute.getName())) {
                throw at.error("two attributes '" + attribute.getName() + "'");
            }
            read.add(attributes.read(attribute, scope, at));
        }
        List<Value> outputs = new ArrayList<>(proto.getOutputCount());
        for (String name : proto.getOutputList()) {
            Value output = name.isEmpty() ? null : scope.graph().newValue(name, null);
            outputs.add(output);
            if (declared.containsKey(name) && output != null) {
                describe(output, declared.get(name), place.at("output '" + name + "'"));
            }
        }
        Node node =
                scope.graph()
                        .add(
                                proto.getDomain(),
                                proto.getOpType(),
                                proto.getName(),
                                inputs,
                                outputs);
        node.setOverload(proto.getOverload());
        node.setDocString(absent(proto.getDocString()));
        metadata(proto.getMetadataPropsList(), node.metadata(), place);
        read.forEach(node::set);
        node.setUnmodeled(Leftovers.of(proto));
    }

    private static String undefined(String name, List<NodeProto> nodes, int reader) {
        for (int i = reader; i < nodes.size(); i++) {
            if (nodes.get(i).getOutputList().contains(name)) {
                return "reads '"
                        + name
                        + "', which node["
                        + i
                        + "] computes: a cycle, or nodes not in an order in which they can run";
            }
        }
        return "reads '" + name + "', which is defined nowhere";
    }

    private void addInitializer(Graph graph, TensorProto proto, Place place)
            throws ModelFormatException {
        if (proto.getName().isEmpty()) {
            throw place.error("an initializer without a name");
        }
        var tensor = tensors.read(proto, place);
        try {
            Value value = graph.value(proto.getName());
            if (value == null) {
                graph.addInitializer(proto.getName(), tensor);
            } else if (value.isConstant()) {
                throw place.error("two initializers '" + proto.getName() + "'");
            } else {
                graph.setConstant(value, tensor);
            }
        } catch (IllegalArgumentException e) {
            throw place.error(e);
        }
    }

    private void addInitializer(Graph graph, SparseTensorProto proto, Place place)
            throws ModelFormatException {
        String name = proto.getValues().getName();
        if (name.isEmpty()) {
            throw place.error("a sparse initializer whose values have no name");
        }
        var sparse = tensors.read(proto, place);
        Value value = graph.value(name);
        if (value == null) {
            long[] dims = sparse.shape().stream().mapToLong(Long::longValue).toArray();
            ValueType.OfTensor dense = ValueType.tensor(sparse.values().type(), dims);
            value =
                    graph.newValue(
                            name, new ValueType.OfSparse(dense.elementType(), dense.shape()));
        } else if (value.isConstant()) {
            throw place.error("two initializers '" + name + "'");
        }
        graph.setConstant(value, sparse);
    }

    private static Map<String, ValueInfoProto> declarations(GraphProto proto, Place place)
            throws ModelFormatException {
        Map<String, ValueInfoProto> declared = byName(proto.getValueInfoList(), place);
        for (ValueInfoProto output : proto.getOutputList()) {
            declared.put(output.getName(), output);
        }
        return declared;
    }

    static Map<String, ValueInfoProto> byName(List<ValueInfoProto> infos, Place place)
            throws ModelFormatException {
        Map<String, ValueInfoProto> declared = new HashMap<>();
        for (int i = 0; i < infos.size(); i++) {
            if (declared.put(infos.get(i).getName(), infos.get(i)) != null) {
                throw place.at("value_info", i)
                        .error("a second entry for '" + infos.get(i).getName() + "'");
            }
        }
        return declared;
    }

    static void describe(Value value, ValueInfoProto info, Place place)
            throws ModelFormatException {
        value.setType(Types.read(info.getType(), place.at("type")));
        value.setDocString(absent(info.getDocString()));
        metadata(info.getMetadataPropsList(), value.metadata(), place);
    }

    static void metadata(List<StringStringEntryProto> from, Map<String, String> to, Place place)
            throws ModelFormatException {
        for (int i = 0; i < from.size(); i++) {
            if (to.put(from.get(i).getKey(), from.get(i).getValue()) != null) {
                throw place.at("metadata_props", i)
                        .error("a second entry for '" + from.get(i).getKey() + "'");
            }
        }
    }

    /** An empty text, which is what a proto has for a missing one, as null. */
    static String absent(String text) {
        return text.isEmpty() ? null : text;
    }
}
