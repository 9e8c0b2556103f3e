package ai.tenon.onnx.internal;

import ai.tenon.graph.DataType;
import ai.tenon.onnx.internal.proto.AttributeProto;
import ai.tenon.onnx.internal.proto.DeviceConfigurationProto;
import ai.tenon.onnx.internal.proto.FunctionProto;
import ai.tenon.onnx.internal.proto.GraphProto;
import ai.tenon.onnx.internal.proto.MapProto;
import ai.tenon.onnx.internal.proto.ModelProto;
import ai.tenon.onnx.internal.proto.NodeDeviceConfigurationProto;
import ai.tenon.onnx.internal.proto.NodeProto;
import ai.tenon.onnx.internal.proto.OperatorSetIdProto;
import ai.tenon.onnx.internal.proto.OptionalProto;
import ai.tenon.onnx.internal.proto.SequenceProto;
import ai.tenon.onnx.internal.proto.SparseTensorProto;
import ai.tenon.onnx.internal.proto.StringStringEntryProto;
import ai.tenon.onnx.internal.proto.TensorAnnotation;
import ai.tenon.onnx.internal.proto.TensorProto;
import ai.tenon.onnx.internal.proto.TensorShapeProto;
import ai.tenon.onnx.internal.proto.TypeProto;
import ai.tenon.onnx.internal.proto.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/** Models made by hand. */
final class Samples {
    private Samples() {}

    /** y = Add(x, w), and nothing more than it needs. */
    static ModelProto.Builder add() {
        return ModelProto.newBuilder()
                .setIrVersion(10)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(22))
                .setGraph(
                        GraphProto.newBuilder()
                                .setName("add")
                                .addInput(floats("x", 2))
                                .addInitializer(weights("w", 1, 2))
                                .addNode(node("Add", "y", "x", "w"))
                                .addOutput(floats("y", 2)));
    }

    /** A model that says something in every field that ONNX has. */
    static ModelProto everything() {
        GraphProto.Builder graph = add().getGraph().toBuilder();
        graph.setDocString("graph doc")
                .addMetadataProps(entry("graph", "meta"))
                .addQuantizationAnnotation(
                        TensorAnnotation.newBuilder()
                                .setTensorName("y")
                                .addQuantParameterTensorNames(entry("SCALE_TENSOR", "w")));
        for (DataType type : DataType.values()) {
            TensorProto.Builder tensor =
                    TensorProto.newBuilder()
                            .setName("of " + type)
                            .setDataType(type.code())
                            .addDims(3);
            if (type == DataType.STRING) {
                tensor.addStringData(ByteString.copyFromUtf8("ä"))
                        .addStringData(ByteString.EMPTY)
                        .addStringData(ByteString.copyFromUtf8("b"));
            } else {
                tensor.setRawData(ByteString.copyFrom(new byte[(int) type.bytes(3)]))
                        .setDocString("tensor doc")
                        .addMetadataProps(entry("tensor", "meta"));
            }
            graph.addInitializer(tensor);
        }
        graph.addSparseInitializer(sparse("sparse"));
        graph.setOutput(
                0,
                floats("y", 2).toBuilder()
                        .setDocString("value doc")
                        .addMetadataProps(entry("value", "meta")));
        NodeProto.Builder node =
                node("Everything", "z", "y", "").toBuilder()
                        .setName("node")
                        .setDomain("ai.example")
                        .setOverload("first")
                        .setDocString("node doc")
                        .addMetadataProps(entry("node", "meta"))
                        .addDeviceConfigurations(
                                NodeDeviceConfigurationProto.newBuilder()
                                        .setConfigurationId("two")
                                        .setPipelineStage(1));
        attributes(node);
        graph.addNode(node);
        graph.addNode(node("Identity", "again", "z").toBuilder().setDomain("ai.onnx"));
        types(graph);
        return add().setProducerName("tests")
                .setProducerVersion("1")
                .setDomain("ai.example")
                .setModelVersion(7)
                .setDocString("model doc")
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("ai.example").setVersion(1))
                .addMetadataProps(entry("model", "meta"))
                .addConfiguration(
                        DeviceConfigurationProto.newBuilder()
                                .setName("two")
                                .setNumDevices(2)
                                .addDevice("a")
                                .addDevice("b"))
                .addTrainingInfo(ByteString.copyFromUtf8("\n\0"))
                .addFunctions(function())
                .setGraph(graph)
                .build();
    }

    private static void attributes(NodeProto.Builder node) {
        TensorProto tensor = weights("inner", 3).toBuilder().setDocString("doc").build();
        GraphProto subgraph =
                GraphProto.newBuilder()
                        .setName("sub")
                        .addNode(node("Neg", "negative", "y"))
                        .addOutput(ValueInfoProto.newBuilder().setName("negative"))
                        .addOutput(floats("x", 2))
                        .build();
        TypeProto type = floats("", 1).getType().toBuilder().setDenotation("IMAGE").build();
        node.addAttribute(attribute("f", 1).setF(1.5f).setDocString("attribute doc"))
                .addAttribute(attribute("i", 2).setI(-3))
                .addAttribute(attribute("zero", 2))
                .addAttribute(attribute("s", 3).setS(ByteString.copyFrom(new byte[] {-1, 0, 1})))
                .addAttribute(attribute("t", 4).setT(tensor))
                .addAttribute(attribute("g", 5).setG(subgraph))
                .addAttribute(attribute("floats", 6).addFloats(1).addFloats(Float.NaN))
                .addAttribute(attribute("ints", 7).addInts(1).addInts(Long.MIN_VALUE))
                .addAttribute(attribute("no ints", 7))
                .addAttribute(
                        attribute("strings", 8)
                                .addStrings(ByteString.EMPTY)
                                .addStrings(ByteString.copyFrom("s", StandardCharsets.UTF_8)))
                .addAttribute(attribute("tensors", 9).addTensors(tensor).addTensors(tensor))
                .addAttribute(attribute("graphs", 10).addGraphs(subgraph).addGraphs(subgraph))
                .addAttribute(attribute("sparse", 11).setSparseTensor(sparse("in attribute")))
                .addAttribute(attribute("sparses", 12).addSparseTensors(sparse("in list")))
                .addAttribute(attribute("tp", 13).setTp(type))
                .addAttribute(attribute("tps", 14).addTypeProtos(type).addTypeProtos(type));
    }

    private static void types(GraphProto.Builder graph) {
        TypeProto tensor = floats("", 4).getType();
        TypeProto named =
                TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder()
                                        .setElemType(1)
                                        .setShape(
                                                TensorShapeProto.newBuilder()
                                                        .addDim(
                                                                TensorShapeProto.Dimension
                                                                        .newBuilder()
                                                                        .setDimParam("n")
                                                                        .setDenotation("BATCH"))
                                                        .addDim(
                                                                TensorShapeProto.Dimension
                                                                        .newBuilder())))
                        .build();
        TypeProto[] types = {
            named,
            TypeProto.newBuilder()
                    .setTensorType(TypeProto.Tensor.newBuilder().setElemType(7))
                    .build(),
            TypeProto.newBuilder()
                    .setSparseTensorType(
                            TypeProto.SparseTensor.newBuilder()
                                    .setElemType(1)
                                    .setShape(tensor.getTensorType().getShape()))
                    .build(),
            TypeProto.newBuilder()
                    .setSequenceType(TypeProto.Sequence.newBuilder().setElemType(tensor))
                    .build(),
            TypeProto.newBuilder()
                    .setOptionalType(TypeProto.Optional.newBuilder().setElemType(tensor))
                    .build(),
            TypeProto.newBuilder()
                    .setMapType(TypeProto.Map.newBuilder().setKeyType(8).setValueType(tensor))
                    .build(),
            TypeProto.newBuilder()
                    .setOpaqueType(TypeProto.Opaque.newBuilder().setDomain("d").setName("n"))
                    .build(),
            TypeProto.getDefaultInstance(),
        };
        for (int i = 0; i < types.length; i++) {
            graph.addInput(ValueInfoProto.newBuilder().setName("input " + i).setType(types[i]));
            graph.addNode(node("Identity", "copy " + i, "input " + i));
            graph.addValueInfo(ValueInfoProto.newBuilder().setName("copy " + i).setType(types[i]));
        }
        graph.addValueInfo(floats("defined nowhere", 1));
        graph.addValueInfo(floats("of FLOAT", 3));
    }

    private static FunctionProto function() {
        return FunctionProto.newBuilder()
                .setName("Everything")
                .setDomain("ai.example")
                .setOverload("first")
                .setDocString("function doc")
                .addInput("a")
                .addInput("b")
                .addOutput("c")
                .addAttribute("f")
                .addAttributeProto(attribute("alpha", 1).setF(2))
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx").setVersion(22))
                .addNode(
                        node("LeakyRelu", "c", "a").toBuilder()
                                .addAttribute(attribute("alpha", 1).setRefAttrName("f")))
                .addValueInfo(floats("a", 2))
                .addValueInfo(floats("c", 2))
                .addMetadataProps(entry("function", "meta"))
                .build();
    }

    static SequenceProto sequence() {
        return SequenceProto.newBuilder()
                .setElemType(1)
                .addTensorValues(weights("a", 1))
                .addTensorValues(weights("b", 2, 3))
                .build();
    }

    static OptionalProto optional() {
        return OptionalProto.newBuilder().setElemType(3).setSequenceValue(sequence()).build();
    }

    static MapProto map() {
        return MapProto.newBuilder()
                .setKeyType(DataType.INT64.code())
                .addKeys(5)
                .addKeys(-5)
                .setValues(sequence())
                .build();
    }

    static NodeProto node(String type, String output, String... inputs) {
        NodeProto.Builder node = NodeProto.newBuilder().setOpType(type).addOutput(output);
        for (String input : inputs) {
            node.addInput(input);
        }
        return node.build();
    }

    static AttributeProto.Builder attribute(String name, int type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }

    static ValueInfoProto floats(String name, long length) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(
                        TypeProto.newBuilder()
                                .setTensorType(
                                        TypeProto.Tensor.newBuilder()
                                                .setElemType(1)
                                                .setShape(
                                                        TensorShapeProto.newBuilder()
                                                                .addDim(
                                                                        TensorShapeProto.Dimension
                                                                                .newBuilder()
                                                                                .setDimValue(
                                                                                        length)))))
                .build();
    }

    static TensorProto weights(String name, float... values) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(1).addDims(values.length);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        return tensor.build();
    }

    static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static SparseTensorProto sparse(String name) {
        return SparseTensorProto.newBuilder()
                .setValues(weights(name, 5, 6))
                .setIndices(
                        TensorProto.newBuilder()
                                .setName("indices")
                                .setDataType(7)
                                .addDims(2)
                                .addInt64Data(0)
                                .addInt64Data(9))
                .addDims(10)
                .build();
    }
}
