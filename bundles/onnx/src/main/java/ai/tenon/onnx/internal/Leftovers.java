package ai.tenon.onnx.internal;

import ai.tenon.graph.Graph;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.AttributeProto;
import ai.tenon.onnx.internal.proto.FunctionProto;
import ai.tenon.onnx.internal.proto.GraphProto;
import ai.tenon.onnx.internal.proto.ModelProto;
import ai.tenon.onnx.internal.proto.NodeProto;
import ai.tenon.onnx.internal.proto.OperatorSetIdProto;
import ai.tenon.onnx.internal.proto.SparseTensorProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import ai.tenon.onnx.internal.proto.TypeProto;
import ai.tenon.onnx.internal.proto.ValueInfoProto;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a proto says and the graph classes have no field for: the same proto without all that they
 * hold. Writing starts from it, so that nothing is lost; things in lists are found again by name.
 */
final class Leftovers {
    private Leftovers() {}

    static byte[] of(ModelProto proto) {
        return proto.toBuilder()
                .clearIrVersion()
                .clearProducerName()
                .clearProducerVersion()
                .clearDomain()
                .clearModelVersion()
                .clearDocString()
                .clearGraph()
                .clearMetadataProps()
                .clearFunctions()
                .clearOpsetImport()
                .addAllOpsetImport(opsets(proto.getOpsetImportList()))
                .build()
                .toByteArray();
    }

    /**
     * @param graph what was made of the proto
     */
    static byte[] of(GraphProto proto, Graph graph) throws ModelFormatException {
        GraphProto.Builder rest =
                proto.toBuilder()
                        .clearName()
                        .clearDocString()
                        .clearNode()
                        .clearMetadataProps()
                        .clearInput()
                        .clearOutput()
                        .clearValueInfo()
                        .clearInitializer()
                        .clearSparseInitializer();
        Set<Value> outputs = new HashSet<>(graph.outputs());
        for (ValueInfoProto info : proto.getInputList()) {
            ValueInfoProto left = of(info);
            if (!left.equals(named(info))) {
                rest.addInput(left);
            }
        }
        for (ValueInfoProto info : proto.getOutputList()) {
            ValueInfoProto left = isComputed(graph, info.getName()) ? of(info) : info;
            if (!left.equals(named(info))) {
                rest.addOutput(left);
            }
        }
        for (ValueInfoProto info : proto.getValueInfoList()) {
            boolean modeled =
                    isComputed(graph, info.getName())
                            && !outputs.contains(graph.value(info.getName()));
            ValueInfoProto left = modeled ? of(info) : info;
            if (!modeled || !left.equals(named(info))) {
                rest.addValueInfo(left);
            }
        }
        for (TensorProto tensor : proto.getInitializerList()) {
            TensorProto left = of(tensor);
            if (!left.equals(TensorProto.newBuilder().setName(tensor.getName()).build())) {
                rest.addInitializer(left);
            }
        }
        for (SparseTensorProto sparse : proto.getSparseInitializerList()) {
            rest.addSparseInitializer(of(sparse));
        }
        return rest.build().toByteArray();
    }

    /**
     * @param body what was made of the proto
     */
    static byte[] of(FunctionProto proto, Graph body) throws ModelFormatException {
        FunctionProto.Builder rest =
                proto.toBuilder()
                        .clearName()
                        .clearInput()
                        .clearOutput()
                        .clearAttribute()
                        .clearNode()
                        .clearDocString()
                        .clearDomain()
                        .clearOverload()
                        .clearMetadataProps()
                        .clearAttributeProto()
                        .clearValueInfo()
                        .clearOpsetImport()
                        .addAllOpsetImport(opsets(proto.getOpsetImportList()));
        for (ValueInfoProto info : proto.getValueInfoList()) {
            boolean modeled = body.value(info.getName()) != null;
            ValueInfoProto left = modeled ? of(info) : info;
            if (!modeled || !left.equals(named(info))) {
                rest.addValueInfo(left);
            }
        }
        for (AttributeProto attribute : proto.getAttributeProtoList()) {
            rest.addAttributeProto(of(attribute));
        }
        return rest.build().toByteArray();
    }

    static byte[] of(NodeProto proto) throws ModelFormatException {
        NodeProto.Builder rest =
                proto.toBuilder()
                        .clearInput()
                        .clearOutput()
                        .clearName()
                        .clearOpType()
                        .clearDocString()
                        .clearOverload()
                        .clearMetadataProps()
                        .clearAttribute();
        if (proto.getDomain().equals(domain(proto.getDomain()))) {
            rest.clearDomain();
        }
        for (AttributeProto attribute : proto.getAttributeList()) {
            AttributeProto left = of(attribute);
            if (!left.equals(
                    AttributeProto.newBuilder()
                            .setName(attribute.getName())
                            .setType(attribute.getType())
                            .build())) {
                rest.addAttribute(left);
            }
        }
        return rest.build().toByteArray();
    }

    /** An operator domain; the standard one is always spelt {@code ""}. */
    static String domain(String spelling) {
        return spelling.equals("ai.onnx") ? "" : spelling;
    }

    /** Name and type stay, so that it is not applied to another attribute later. */
    private static AttributeProto of(AttributeProto proto) throws ModelFormatException {
        AttributeProto.Builder rest = proto.toBuilder().clearDocString().clearRefAttrName();
        if (!proto.getRefAttrName().isEmpty()) {
            return rest.build();
        }
        switch (AttributeReader.kind(proto, Place.FILE)) {
            case FLOAT -> rest.clearF();
            case INT -> rest.clearI();
            case STRING -> rest.clearS();
            case GRAPH -> rest.clearG();
            case FLOATS -> rest.clearFloats();
            case INTS -> rest.clearInts();
            case STRINGS -> rest.clearStrings();
            case GRAPHS -> rest.clearGraphs();
            case TENSOR -> {
                TensorProto left = of(proto.getT());
                rest.setT(left);
                if (left.equals(TensorProto.getDefaultInstance())) {
                    rest.clearT();
                }
            }
            case TENSORS -> {
                rest.clearTensors();
                proto.getTensorsList().forEach(tensor -> rest.addTensors(of(tensor)));
            }
            case SPARSE_TENSOR -> rest.setSparseTensor(of(proto.getSparseTensor()));
            case SPARSE_TENSORS -> {
                rest.clearSparseTensors();
                proto.getSparseTensorsList().forEach(sparse -> rest.addSparseTensors(of(sparse)));
            }
            case TYPE_PROTO -> {
                if (isModeled(proto.getTp())) {
                    rest.clearTp();
                }
            }
            case TYPE_PROTOS -> {
                // They stay whole, to be used where the attribute still means the same.
            }
        }
        return rest.build();
    }

    private static List<OperatorSetIdProto> opsets(List<OperatorSetIdProto> imports) {
        return imports.stream()
                .map(opset -> opset.toBuilder().clearVersion().build())
                .filter(
                        opset ->
                                !opset.equals(
                                        OperatorSetIdProto.newBuilder()
                                                .setDomain(domain(opset.getDomain()))
                                                .build()))
                .toList();
    }

    private static boolean isComputed(Graph graph, String name) {
        Value value = graph.value(name);
        return value != null && value.producer() != null;
    }

    private static ValueInfoProto of(ValueInfoProto proto) throws ModelFormatException {
        ValueInfoProto.Builder rest = proto.toBuilder().clearDocString().clearMetadataProps();
        return isModeled(proto.getType()) ? rest.clearType().build() : rest.build();
    }

    private static boolean isModeled(TypeProto type) throws ModelFormatException {
        ValueType read = Types.read(type, Place.FILE);
        return read != null && Types.write(read).equals(type);
    }

    private static ValueInfoProto named(ValueInfoProto info) {
        return ValueInfoProto.newBuilder().setName(info.getName()).build();
    }

    private static SparseTensorProto of(SparseTensorProto proto) {
        return proto.toBuilder()
                .setValues(of(proto.getValues()))
                .setIndices(of(proto.getIndices()))
                .clearDims()
                .build();
    }

    private static TensorProto of(TensorProto proto) {
        return proto.toBuilder()
                .clearDims()
                .clearDataType()
                .clearFloatData()
                .clearInt32Data()
                .clearStringData()
                .clearInt64Data()
                .clearRawData()
                .clearDoubleData()
                .clearUint64Data()
                .clearExternalData()
                .clearDataLocation()
                .build();
    }
}
