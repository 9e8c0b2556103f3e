package ai.tenon.onnx.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.ValueType;
import ai.tenon.onnx.internal.proto.AttributeProto;
import ai.tenon.onnx.internal.proto.SparseTensorProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.List;

/** Makes {@code AttributeProto}s of attributes, subgraphs included. */
final class AttributeWriter {
    private final TensorWriter tensors;
    private final GraphWriter graphs;

    AttributeWriter(TensorWriter tensors, GraphWriter graphs) {
        this.tensors = tensors;
        this.graphs = graphs;
    }

    /**
     * @param rest what else the proto shall say, if it is for an attribute of this type; null for
     *     nothing
     */
    AttributeProto write(Attribute attribute, AttributeProto rest) throws IOException {
        AttributeProto left =
                rest != null && rest.getType() == attribute.kind().code()
                        ? rest
                        : AttributeProto.getDefaultInstance();
        AttributeProto.Builder to =
                left.toBuilder()
                        .setName(attribute.name())
                        .setType(attribute.kind().code())
                        .setDocString(GraphWriter.text(attribute.docString()));
        if (attribute.reference() != null) {
            return to.setRefAttrName(attribute.reference()).build();
        }
        Object value = attribute.value();
        switch (attribute.kind()) {
            case FLOAT -> to.setF((Float) value);
            case INT -> to.setI((Long) value);
            case STRING -> to.setS(ByteString.copyFrom((byte[]) value));
            case TENSOR -> to.setT(tensors.write((Tensor) value, left.getT()));
            case GRAPH -> to.setG(graphs.write((Graph) value));
            case SPARSE_TENSOR ->
                    to.setSparseTensor(tensors.write((Datum.Sparse) value, left.getSparseTensor()));
            case TYPE_PROTO -> {
                if (!GraphWriter.says(left.getTp(), (ValueType) value)) {
                    to.setTp(Types.write((ValueType) value));
                }
            }
            default -> writeList(attribute, left, to);
        }
        return to.build();
    }

    private void writeList(Attribute attribute, AttributeProto left, AttributeProto.Builder to)
            throws IOException {
        to.clearTensors().clearSparseTensors().clearTypeProtos();
        List<?> list = (List<?>) attribute.value();
        for (int i = 0; i < list.size(); i++) {
            Object item = list.get(i);
            switch (attribute.kind()) {
                case FLOATS -> to.addFloats((Float) item);
                case INTS -> to.addInts((Long) item);
                case STRINGS -> to.addStrings(ByteString.copyFrom((byte[]) item));
                case GRAPHS -> to.addGraphs(graphs.write((Graph) item));
                case TENSORS ->
                        to.addTensors(
                                tensors.write(
                                        (Tensor) item,
                                        i < left.getTensorsCount()
                                                ? left.getTensors(i)
                                                : TensorProto.getDefaultInstance()));
                case SPARSE_TENSORS ->
                        to.addSparseTensors(
                                tensors.write(
                                        (Datum.Sparse) item,
                                        i < left.getSparseTensorsCount()
                                                ? left.getSparseTensors(i)
                                                : SparseTensorProto.getDefaultInstance()));
                case TYPE_PROTOS -> {
                    boolean said =
                            i < left.getTypeProtosCount()
                                    && GraphWriter.says(left.getTypeProtos(i), (ValueType) item);
                    to.addTypeProtos(said ? left.getTypeProtos(i) : Types.write((ValueType) item));
                }
                default -> throw new IllegalStateException(attribute.kind() + " is no list");
            }
        }
    }
}
