package ai.tenon.onnx.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.onnx.internal.proto.AttributeProto;
import ai.tenon.onnx.internal.proto.GraphProto;
import ai.tenon.onnx.internal.proto.NodeProto;
import ai.tenon.onnx.internal.proto.SparseTensorProto;
import ai.tenon.onnx.internal.proto.StringStringEntryProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import ai.tenon.onnx.internal.proto.TypeProto;
import ai.tenon.onnx.internal.proto.ValueInfoProto;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Makes {@code GraphProto}s of graphs, with what their nodes hold. */
final class GraphWriter {
    private final TensorWriter tensors;
    private final AttributeWriter attributes;

    GraphWriter(TensorWriter tensors) {
        this.tensors = tensors;
        this.attributes = new AttributeWriter(tensors, this);
    }

    GraphProto write(Graph graph) throws IOException {
        GraphProto rest = GraphProto.parseFrom(graph.unmodeled());
        GraphProto.Builder to =
                rest.toBuilder()
                        .setName(graph.name())
                        .setDocString(text(graph.docString()))
                        .addAllMetadataProps(entries(graph.metadata()))
                        .clearInput()
                        .clearOutput()
                        .clearValueInfo()
                        .clearInitializer()
                        .clearSparseInitializer();
        Map<String, ValueInfoProto> inputs = byName(rest.getInputList());
        for (Value input : graph.inputs()) {
            to.addInput(info(input, inputs.get(input.name())));
        }
        Map<String, ValueInfoProto> outputs = byName(rest.getOutputList());
        for (Value output : graph.outputs()) {
            ValueInfoProto left = outputs.get(output.name());
            boolean computedHere = output.graph() == graph && output.producer() != null;
            to.addOutput(left != null && !computedHere ? left : info(output, left));
        }
        Set<Value> declared = new HashSet<>(graph.outputs());
        Map<String, ValueInfoProto> infos = byName(rest.getValueInfoList());
        NodeNames names = new NodeNames(graph);
        for (Node node : graph.nodes()) {
            to.addNode(write(node).toBuilder().setName(names.next(node)));
            for (Value output : node.outputs()) {
                if (output != null && !declared.contains(output) && isDescribed(output)) {
                    to.addValueInfo(info(output, infos.remove(output.name())));
                }
            }
        }
        infos.values().stream().filter(ValueInfoProto::hasType).forEach(to::addValueInfo);
        addInitializers(graph, rest, to);
        return to.build();
    }

    private void addInitializers(Graph graph, GraphProto rest, GraphProto.Builder to)
            throws IOException {
        Map<String, TensorProto> dense = index(rest.getInitializerList(), TensorProto::getName);
        Map<String, SparseTensorProto> sparse =
                index(rest.getSparseInitializerList(), tensor -> tensor.getValues().getName());
        for (Value value : graph.initializers()) {
            String name = value.name();
            if (value.constant() instanceof Tensor tensor) {
                TensorProto left = dense.getOrDefault(name, TensorProto.getDefaultInstance());
                to.addInitializer(tensors.write(tensor, left.toBuilder().setName(name).build()));
            } else if (value.constant() instanceof Datum.Sparse tensor) {
                SparseTensorProto left =
                        sparse.getOrDefault(name, SparseTensorProto.getDefaultInstance());
                TensorProto values = left.getValues().toBuilder().setName(name).build();
                to.addSparseInitializer(
                        tensors.write(tensor, left.toBuilder().setValues(values).build()));
            }
        }
    }

    NodeProto write(Node node) throws IOException {
        NodeProto rest = NodeProto.parseFrom(node.unmodeled());
        NodeProto.Builder to =
                rest.toBuilder()
                        .setName(node.name())
                        .setOpType(node.opType())
                        .setOverload(node.overload())
                        .setDocString(text(node.docString()))
                        .addAllMetadataProps(entries(node.metadata()))
                        .clearAttribute();
        if (rest.getDomain().isEmpty()) {
            to.setDomain(node.domain());
        }
        node.inputs().forEach(input -> to.addInput(input == null ? "" : input.name()));
        node.outputs().forEach(output -> to.addOutput(output == null ? "" : output.name()));
        Map<String, AttributeProto> left = index(rest.getAttributeList(), AttributeProto::getName);
        for (Attribute attribute : node.attributes()) {
            to.addAttribute(attributes.write(attribute, left.get(attribute.name())));
        }
        return to.build();
    }

    /** True if there is anything to say of a value but its name. */
    static boolean isDescribed(Value value) {
        return value.type() != null || value.docString() != null || !value.metadata().isEmpty();
    }

    /**
     * @param rest what else the proto shall say; null for nothing
     */
    static ValueInfoProto info(Value value, ValueInfoProto rest) throws IOException {
        ValueInfoProto.Builder to =
                (rest == null ? ValueInfoProto.getDefaultInstance() : rest)
                        .toBuilder()
                                .setName(value.name())
                                .setDocString(text(value.docString()))
                                .addAllMetadataProps(entries(value.metadata()));
        if (!to.hasType() || !says(to.getType(), value.type())) {
            to.clearType();
            if (value.type() != null) {
                to.setType(Types.write(value.type()));
            }
        }
        return to.build();
    }

    /** True if the proto means that type, and more than the type can hold. */
    static boolean says(TypeProto proto, ValueType type) throws IOException {
        ValueType meant = Types.read(proto, Place.FILE);
        return meant == null ? type == null : meant.equals(type);
    }

    static List<StringStringEntryProto> entries(Map<String, String> metadata) {
        return metadata.entrySet().stream()
                .map(
                        entry ->
                                StringStringEntryProto.newBuilder()
                                        .setKey(entry.getKey())
                                        .setValue(entry.getValue())
                                        .build())
                .toList();
    }

    static Map<String, ValueInfoProto> byName(List<ValueInfoProto> infos) {
        return index(infos, ValueInfoProto::getName);
    }

    static <T> Map<String, T> index(List<T> items, Function<T, String> name) {
        Map<String, T> index = new LinkedHashMap<>();
        items.forEach(item -> index.put(name.apply(item), item));
        return index;
    }

    static String text(String textOrNull) {
        return textOrNull == null ? "" : textOrNull;
    }
}
