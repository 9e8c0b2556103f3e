package ai.tenon.onnx.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import ai.tenon.graph.ValueType;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.TensorShapeProto;
import ai.tenon.onnx.internal.proto.TypeProto;
import java.util.ArrayList;
import java.util.List;

/** {@code TypeProto} and {@link ValueType}, either way. */
final class Types {
    private Types() {}

    /** The type, or null where the proto does not say. */
    static ValueType read(TypeProto proto, Place place) throws ModelFormatException {
        return switch (proto.getValueCase()) {
            case TENSOR_TYPE -> {
                TypeProto.Tensor type = proto.getTensorType();
                yield new ValueType.OfTensor(
                        element(type.getElemType(), place),
                        type.hasShape() ? shape(type.getShape(), place) : null);
            }
            case SPARSE_TENSOR_TYPE -> {
                TypeProto.SparseTensor type = proto.getSparseTensorType();
                yield new ValueType.OfSparse(
                        element(type.getElemType(), place),
                        type.hasShape() ? shape(type.getShape(), place) : null);
            }
            case SEQUENCE_TYPE ->
                    new ValueType.OfSequence(
                            read(
                                    proto.getSequenceType().getElemType(),
                                    place.at("sequence_type.elem_type")));
            case OPTIONAL_TYPE ->
                    new ValueType.OfOptional(
                            read(
                                    proto.getOptionalType().getElemType(),
                                    place.at("optional_type.elem_type")));
            case MAP_TYPE ->
                    new ValueType.OfMap(
                            element(proto.getMapType().getKeyType(), place.at("map_type")),
                            read(
                                    proto.getMapType().getValueType(),
                                    place.at("map_type.value_type")));
            case OPAQUE_TYPE ->
                    new ValueType.OfOpaque(
                            proto.getOpaqueType().getDomain(), proto.getOpaqueType().getName());
            case VALUE_NOT_SET -> null;
        };
    }

    /** The proto of a type; an empty one for null. */
    static TypeProto write(ValueType type) {
        TypeProto.Builder proto = TypeProto.newBuilder();
        if (type instanceof ValueType.OfTensor tensor) {
            TypeProto.Tensor.Builder to =
                    TypeProto.Tensor.newBuilder().setElemType(code(tensor.elementType()));
            if (tensor.shape() != null) {
                to.setShape(write(tensor.shape()));
            }
            proto.setTensorType(to);
        } else if (type instanceof ValueType.OfSparse sparse) {
            TypeProto.SparseTensor.Builder to =
                    TypeProto.SparseTensor.newBuilder().setElemType(code(sparse.elementType()));
            if (sparse.shape() != null) {
                to.setShape(write(sparse.shape()));
            }
            proto.setSparseTensorType(to);
        } else if (type instanceof ValueType.OfSequence sequence) {
            TypeProto.Sequence.Builder to = TypeProto.Sequence.newBuilder();
            if (sequence.elementType() != null) {
                to.setElemType(write(sequence.elementType()));
            }
            proto.setSequenceType(to);
        } else if (type instanceof ValueType.OfOptional optional) {
            TypeProto.Optional.Builder to = TypeProto.Optional.newBuilder();
            if (optional.elementType() != null) {
                to.setElemType(write(optional.elementType()));
            }
            proto.setOptionalType(to);
        } else if (type instanceof ValueType.OfMap map) {
            TypeProto.Map.Builder to = TypeProto.Map.newBuilder().setKeyType(code(map.keyType()));
            if (map.valueType() != null) {
                to.setValueType(write(map.valueType()));
            }
            proto.setMapType(to);
        } else if (type instanceof ValueType.OfOpaque opaque) {
            proto.setOpaqueType(
                    TypeProto.Opaque.newBuilder()
                            .setDomain(opaque.domain())
                            .setName(opaque.name()));
        }
        return proto.build();
    }

    /** The element type with ONNX's number {@code code}; null for 0, "undefined". */
    static DataType element(int code, Place place) throws ModelFormatException {
        try {
            return code == 0 ? null : DataType.ofCode(code);
        } catch (IllegalArgumentException e) {
            throw place.error(e);
        }
    }

    private static int code(DataType type) {
        return type == null ? 0 : type.code();
    }

    private static Shape shape(TensorShapeProto proto, Place place) throws ModelFormatException {
        List<Dimension> dimensions = new ArrayList<>(proto.getDimCount());
        for (TensorShapeProto.Dimension dim : proto.getDimList()) {
            dimensions.add(
                    switch (dim.getValueCase()) {
                        case DIM_VALUE -> {
                            // Exporters write -1 for unknown, though ONNX has its own way to say
                            // it.
                            if (dim.getDimValue() < -1) {
                                throw place.error("negative dimension " + dim.getDimValue());
                            }
                            yield new Dimension(dim.getDimValue(), null);
                        }
                        case DIM_PARAM ->
                                dim.getDimParam().isEmpty()
                                        ? Dimension.UNKNOWN
                                        : Dimension.named(dim.getDimParam());
                        case VALUE_NOT_SET -> Dimension.UNKNOWN;
                    });
        }
        return new Shape(dimensions);
    }

    private static TensorShapeProto write(Shape shape) {
        TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
        for (Dimension dimension : shape.dimensions()) {
            TensorShapeProto.Dimension.Builder dim = TensorShapeProto.Dimension.newBuilder();
            if (dimension.isKnown()) {
                dim.setDimValue(dimension.length());
            } else if (dimension.symbol() != null) {
                dim.setDimParam(dimension.symbol());
            }
            proto.addDim(dim);
        }
        return proto.build();
    }
}
