package ai.tenon.onnx.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.AttributeProto;
import ai.tenon.onnx.internal.proto.FunctionProto;
import ai.tenon.onnx.internal.proto.ModelProto;
import ai.tenon.onnx.internal.proto.OperatorSetIdProto;
import ai.tenon.onnx.internal.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes models of {@code ModelProto}s. */
final class ModelReader {
    /** Before this version files need not say which operator sets they use: it is the first. */
    private static final int FIRST_IR_WITH_OPSETS = 3;

    private final GraphReader graphs;
    private final AttributeReader attributes;

    ModelReader(Skeleton skeleton, ExternalData external) {
        TensorReader tensors = new TensorReader(skeleton, external);
        graphs = new GraphReader(tensors);
        attributes = new AttributeReader(tensors, graphs);
    }

    Model read(ModelProto proto) throws ModelFormatException {
        if (proto.getIrVersion() < 1 || !proto.hasGraph()) {
            throw Place.FILE.error(
                    "no ONNX model: it has " + (proto.hasGraph() ? "no ir_version" : "no graph"));
        }
        Map<String, Long> opsets = opsets(proto.getOpsetImportList(), Place.FILE);
        if (opsets.isEmpty()) {
            if (proto.getIrVersion() >= FIRST_IR_WITH_OPSETS) {
                throw Place.FILE.at("opset_import").error("no operator set is imported");
            }
            opsets.put("", 1L);
        }
        Model model = new Model(graphs.read(proto.getGraph(), opsets, Place.FILE.at("graph")));
        model.setIrVersion(proto.getIrVersion());
        model.setProducerName(proto.getProducerName());
        model.setProducerVersion(proto.getProducerVersion());
        model.setDomain(proto.getDomain());
        model.setModelVersion(proto.getModelVersion());
        model.setDocString(proto.getDocString());
        model.opsetImports().putAll(opsets);
        GraphReader.metadata(proto.getMetadataPropsList(), model.metadata(), Place.FILE);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < proto.getFunctionsCount(); i++) {
            FunctionProto function = proto.getFunctions(i);
            Place place = Place.FILE.at("functions", i);
            if (!names.add(
                    Calls.key(function.getDomain(), function.getName(), function.getOverload()))) {
                throw place.error("a second function '" + function.getName() + "'");
            }
            model.functions().add(function(function, place));
        }
        Calls.requireNoRecursion(model.functions());
        model.setUnmodeled(Leftovers.of(proto));
        return model;
    }

    private Function function(FunctionProto proto, Place place) throws ModelFormatException {
        if (proto.getName().isEmpty()) {
            throw place.error("a function without a name");
        }
        Graph body = new Graph(proto.getName());
        Map<String, Long> opsets = opsets(proto.getOpsetImportList(), place);
        Scope scope = new Scope(body, null, opsets, true);
        Map<String, ValueInfoProto> declared = GraphReader.byName(proto.getValueInfoList(), place);
        for (int i = 0; i < proto.getInputCount(); i++) {
            String name = proto.getInput(i);
            Place at = place.at("input", i);
            try {
                Value input = body.addInput(name, null);
                if (declared.containsKey(name)) {
                    GraphReader.describe(input, declared.get(name), at);
                }
            } catch (IllegalArgumentException e) {
                throw at.error(e);
            }
        }
        graphs.addNodes(scope, proto.getNodeList(), declared, place);
        for (int i = 0; i < proto.getOutputCount(); i++) {
            Value output = body.value(proto.getOutput(i));
            if (output == null) {
                throw place.at("output", i)
                        .error("output '" + proto.getOutput(i) + "' is computed nowhere");
            }
            body.addOutput(output);
        }
        GraphReader.metadata(proto.getMetadataPropsList(), body.metadata(), place);
        body.setUnmodeled(Leftovers.of(proto, body));
        List<Attribute> defaults = new ArrayList<>();
        for (int i = 0; i < proto.getAttributeProtoCount(); i++) {
            AttributeProto attribute = proto.getAttributeProto(i);
            defaults.add(attributes.read(attribute, scope, place.at("attribute_proto", i)));
        }
        return new Function(
                proto.getDomain(),
                proto.getName(),
                proto.getOverload(),
                proto.getAttributeList(),
                defaults,
                opsets,
                body,
                GraphReader.absent(proto.getDocString()));
    }

    private static Map<String, Long> opsets(List<OperatorSetIdProto> imports, Place place)
            throws ModelFormatException {
        Map<String, Long> opsets = new LinkedHashMap<>();
        for (int i = 0; i < imports.size(); i++) {
            OperatorSetIdProto opset = imports.get(i);
            Place at = place.at("opset_import", i);
            if (opset.getVersion() < 1) {
                throw at.error("operator set version " + opset.getVersion());
            }
            if (opsets.put(Leftovers.domain(opset.getDomain()), opset.getVersion()) != null) {
                throw at.error("a second version for domain '" + opset.getDomain() + "'");
            }
        }
        return opsets;
    }
}
