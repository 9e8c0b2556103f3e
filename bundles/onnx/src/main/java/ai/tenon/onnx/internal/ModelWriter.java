package ai.tenon.onnx.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.onnx.internal.proto.AttributeProto;
import ai.tenon.onnx.internal.proto.FunctionProto;
import ai.tenon.onnx.internal.proto.ModelProto;
import ai.tenon.onnx.internal.proto.OperatorSetIdProto;
import ai.tenon.onnx.internal.proto.ValueInfoProto;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes {@code ModelProto}s of models. */
final class ModelWriter {
    private final GraphWriter graphs;
    private final AttributeWriter attributes;

    /**
     * @param skeleton takes the weights that stay in the model
     * @param weights where large tensors go; null to keep all in the model
     */
    ModelWriter(Skeleton skeleton, WeightFile weights) {
        TensorWriter tensors = new TensorWriter(skeleton, weights);
        graphs = new GraphWriter(tensors);
        attributes = new AttributeWriter(tensors, graphs);
    }

    /** The model in pieces, ready to be written. */
    static SkeletonWriter pieces(Model model, WeightFile weights) throws IOException {
        Skeleton skeleton = new Skeleton();
        ModelProto proto = new ModelWriter(skeleton, weights).write(model);
        return new SkeletonWriter(proto, Schema.MODEL, skeleton);
    }

    private ModelProto write(Model model) throws IOException {
        ModelProto rest = ModelProto.parseFrom(model.unmodeled());
        ModelProto.Builder to =
                rest.toBuilder()
                        .setIrVersion(model.irVersion())
                        .setProducerName(model.producerName())
                        .setProducerVersion(model.producerVersion())
                        .setDomain(model.domain())
                        .setModelVersion(model.modelVersion())
                        .setDocString(GraphWriter.text(model.docString()))
                        .clearOpsetImport()
                        .addAllOpsetImport(opsets(model.opsetImports(), rest.getOpsetImportList()))
                        .addAllMetadataProps(GraphWriter.entries(model.metadata()))
                        .setGraph(graphs.write(model.graph()));
        for (Function function : model.functions()) {
            to.addFunctions(write(function));
        }
        return to.build();
    }

    private FunctionProto write(Function function) throws IOException {
        Graph body = function.body();
        FunctionProto rest = FunctionProto.parseFrom(body.unmodeled());
        FunctionProto.Builder to =
                rest.toBuilder()
                        .setName(function.name())
                        .setDomain(function.domain())
                        .setOverload(function.overload())
                        .setDocString(GraphWriter.text(function.docString()))
                        .addAllAttribute(function.attributeNames())
                        .clearOpsetImport()
                        .addAllOpsetImport(
                                opsets(function.opsetImports(), rest.getOpsetImportList()))
                        .addAllMetadataProps(GraphWriter.entries(body.metadata()))
                        .clearAttributeProto()
                        .clearValueInfo();
        Map<String, AttributeProto> defaults =
                GraphWriter.index(rest.getAttributeProtoList(), AttributeProto::getName);
        for (Attribute attribute : function.attributeDefaults()) {
            to.addAttributeProto(attributes.write(attribute, defaults.get(attribute.name())));
        }
        body.inputs().forEach(input -> to.addInput(input.name()));
        body.outputs().forEach(output -> to.addOutput(output.name()));
        for (Node node : body.nodes()) {
            to.addNode(graphs.write(node));
        }
        Map<String, ValueInfoProto> infos = GraphWriter.byName(rest.getValueInfoList());
        List<Value> values =
                Stream.concat(
                                body.inputs().stream(),
                                body.nodes().stream().flatMap(node -> node.outputs().stream()))
                        .filter(value -> value != null && GraphWriter.isDescribed(value))
                        .toList();
        for (Value value : values) {
            to.addValueInfo(GraphWriter.info(value, infos.remove(value.name())));
        }
        infos.values().stream().filter(ValueInfoProto::hasType).forEach(to::addValueInfo);
        return to.build();
    }

    private static List<OperatorSetIdProto> opsets(
            Map<String, Long> imports, List<OperatorSetIdProto> rest) {
        Map<String, OperatorSetIdProto> spelt =
                GraphWriter.index(rest, opset -> Leftovers.domain(opset.getDomain()));
        return imports.entrySet().stream()
                .map(
                        entry ->
                                spelt
                                        .getOrDefault(
                                                entry.getKey(),
                                                OperatorSetIdProto.newBuilder()
                                                        .setDomain(entry.getKey())
                                                        .build())
                                        .toBuilder()
                                        .setVersion(entry.getValue())
                                        .build())
                .toList();
    }
}
