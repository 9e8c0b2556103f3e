package ai.tenon.onnx.internal;

import ai.tenon.onnx.internal.proto.AttributeProto;
import ai.tenon.onnx.internal.proto.FunctionProto;
import ai.tenon.onnx.internal.proto.GraphProto;
import ai.tenon.onnx.internal.proto.ModelProto;
import ai.tenon.onnx.internal.proto.NodeProto;
import ai.tenon.onnx.internal.proto.OperatorSetIdProto;
import ai.tenon.onnx.internal.proto.SparseTensorProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import ai.tenon.onnx.internal.proto.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;

/**
 * The normal form in which models are compared: numbers in {@code raw_data} and not in typed
 * fields, {@code value_info} sorted by name, an operator set where IR versions before 3 leave it
 * out. Nothing else may change.
 */
final class Normal {
    private Normal() {}

    static ModelProto form(ModelProto model) {
        ModelProto.Builder to = model.toBuilder().setGraph(form(model.getGraph())).clearFunctions();
        if (model.getIrVersion() < 3 && model.getOpsetImportCount() == 0) {
            to.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(1));
        }
        for (FunctionProto function : model.getFunctionsList()) {
            FunctionProto.Builder normal =
                    function.toBuilder()
                            .clearNode()
                            .addAllNode(nodes(function.getNodeList()))
                            .clearValueInfo()
                            .addAllValueInfo(sorted(function.getValueInfoList()))
                            .clearAttributeProto();
            function.getAttributeProtoList().forEach(item -> normal.addAttributeProto(form(item)));
            to.addFunctions(normal);
        }
        return to.build();
    }

    private static GraphProto form(GraphProto graph) {
        GraphProto.Builder to =
                graph.toBuilder()
                        .clearNode()
                        .addAllNode(nodes(graph.getNodeList()))
                        .clearValueInfo()
                        .addAllValueInfo(sorted(graph.getValueInfoList()))
                        .clearInitializer()
                        .clearSparseInitializer();
        graph.getInitializerList().forEach(tensor -> to.addInitializer(form(tensor)));
        graph.getSparseInitializerList().forEach(tensor -> to.addSparseInitializer(form(tensor)));
        return to.build();
    }

    private static List<NodeProto> nodes(List<NodeProto> nodes) {
        return nodes.stream()
                .map(
                        node -> {
                            NodeProto.Builder to = node.toBuilder().clearAttribute();
                            node.getAttributeList().forEach(item -> to.addAttribute(form(item)));
                            return to.build();
                        })
                .toList();
    }

    private static AttributeProto form(AttributeProto attribute) {
        AttributeProto.Builder to =
                attribute.toBuilder().clearTensors().clearGraphs().clearSparseTensors();
        if (attribute.hasT()) {
            to.setT(form(attribute.getT()));
        }
        if (attribute.hasG()) {
            to.setG(form(attribute.getG()));
        }
        if (attribute.hasSparseTensor()) {
            to.setSparseTensor(form(attribute.getSparseTensor()));
        }
        attribute.getTensorsList().forEach(tensor -> to.addTensors(form(tensor)));
        attribute.getGraphsList().forEach(graph -> to.addGraphs(form(graph)));
        attribute.getSparseTensorsList().forEach(sparse -> to.addSparseTensors(form(sparse)));
        return to.build();
    }

    private static List<ValueInfoProto> sorted(List<ValueInfoProto> infos) {
        return infos.stream().sorted(Comparator.comparing(ValueInfoProto::getName)).toList();
    }

    private static SparseTensorProto form(SparseTensorProto sparse) {
        return sparse.toBuilder()
                .setValues(form(sparse.getValues()))
                .setIndices(form(sparse.getIndices()))
                .build();
    }

    /** Independent of the reader: writes out every typed field with the width of the type. */
    private static TensorProto form(TensorProto tensor) {
        ByteBuffer raw =
                ByteBuffer.allocate(tensor.getSerializedSize() * 8 + 16)
                        .order(ByteOrder.LITTLE_ENDIAN);
        raw.put(tensor.getRawData().asReadOnlyByteBuffer());
        tensor.getFloatDataList().forEach(raw::putFloat);
        tensor.getDoubleDataList().forEach(raw::putDouble);
        tensor.getInt64DataList().forEach(raw::putLong);
        for (int number : tensor.getInt32DataList()) {
            switch (tensor.getDataType()) {
                case 6 -> raw.putInt(number);
                case 4, 5, 10, 16 -> raw.putShort((short) number);
                default -> raw.put((byte) number);
            }
        }
        for (long number : tensor.getUint64DataList()) {
            if (tensor.getDataType() == 12) {
                raw.putInt((int) number);
            } else {
                raw.putLong(number);
            }
        }
        return tensor.toBuilder()
                .clearFloatData()
                .clearDoubleData()
                .clearInt32Data()
                .clearInt64Data()
                .clearUint64Data()
                .setRawData(ByteString.copyFrom(raw.flip()))
                .build();
    }
}
