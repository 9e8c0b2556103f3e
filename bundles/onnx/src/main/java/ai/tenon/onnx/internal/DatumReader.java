package ai.tenon.onnx.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.ValueType;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.MapProto;
import ai.tenon.onnx.internal.proto.OptionalProto;
import ai.tenon.onnx.internal.proto.SequenceProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes values of the protos that stand in files of their own. */
final class DatumReader {
    private final TensorReader tensors;

    DatumReader(TensorReader tensors) {
        this.tensors = tensors;
    }

    Datum.Sequence read(SequenceProto proto, Place place) throws ModelFormatException {
        List<Datum> elements = new ArrayList<>();
        int count =
                switch (proto.getElemType()) {
                    case 0 -> 0;
                    case 1 -> proto.getTensorValuesCount();
                    case 2 -> proto.getSparseTensorValuesCount();
                    case 3 -> proto.getSequenceValuesCount();
                    case 4 -> proto.getMapValuesCount();
                    case 5 -> proto.getOptionalValuesCount();
                    default -> throw unknown(proto.getElemType(), place);
                };
        for (int i = 0; i < count; i++) {
            elements.add(
                    switch (proto.getElemType()) {
                        case 1 -> tensors.read(proto.getTensorValues(i), place.at("tensor", i));
                        case 2 ->
                                tensors.read(
                                        proto.getSparseTensorValues(i),
                                        place.at("sparse_tensor", i));
                        case 3 -> read(proto.getSequenceValues(i), place.at("sequence", i));
                        case 4 -> read(proto.getMapValues(i), place.at("map", i));
                        default -> read(proto.getOptionalValues(i), place.at("optional", i));
                    });
        }
        return new Datum.Sequence(elements.isEmpty() ? null : type(elements.get(0)), elements);
    }

    Datum.Optional read(OptionalProto proto, Place place) throws ModelFormatException {
        Datum value =
                switch (proto.getElemType()) {
                    case 0 -> null;
                    case 1 ->
                            proto.hasTensorValue()
                                    ? tensors.read(proto.getTensorValue(), place.at("tensor_value"))
                                    : null;
                    case 2 ->
                            proto.hasSparseTensorValue()
                                    ? tensors.read(
                                            proto.getSparseTensorValue(),
                                            place.at("sparse_tensor_value"))
                                    : null;
                    case 3 ->
                            proto.hasSequenceValue()
                                    ? read(proto.getSequenceValue(), place.at("sequence_value"))
                                    : null;
                    case 4 ->
                            proto.hasMapValue()
                                    ? read(proto.getMapValue(), place.at("map_value"))
                                    : null;
                    case 5 ->
                            proto.hasOptionalValue()
                                    ? read(proto.getOptionalValue(), place.at("optional_value"))
                                    : null;
                    default -> throw unknown(proto.getElemType(), place);
                };
        return new Datum.Optional(value == null ? null : type(value), value);
    }

    Datum.Mapping read(MapProto proto, Place place) throws ModelFormatException {
        DataType keyType = Types.element(proto.getKeyType(), place);
        List<Object> keys = new ArrayList<>(proto.getKeysList());
        for (int i = 0; i < proto.getStringKeysCount(); i++) {
            keys.add(TensorReader.utf8(proto.getStringKeys(i), place.at("string_keys", i)));
        }
        boolean strings = keyType == DataType.STRING;
        if (keyType == null
                || !strings && !keyType.isInteger()
                || (strings ? proto.getKeysCount() : proto.getStringKeysCount()) != 0) {
            throw place.error("a map cannot have such keys of type " + keyType);
        }
        List<Datum> values = read(proto.getValues(), place.at("values")).elements();
        if (values.size() != keys.size()) {
            throw place.error("a map of " + keys.size() + " keys and " + values.size() + " values");
        }
        Map<Object, Datum> entries = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            if (entries.put(keys.get(i), values.get(i)) != null) {
                throw place.error("a map with two entries '" + keys.get(i) + "'");
            }
        }
        return new Datum.Mapping(keyType, entries);
    }

    private static ModelFormatException unknown(int type, Place place) {
        return place.error("unknown element type " + type);
    }

    /** What can be said of the type by looking at a value. */
    private static ValueType type(Datum value) {
        if (value instanceof Tensor tensor) {
            return new ValueType.OfTensor(tensor.type(), null);
        } else if (value instanceof Datum.Sparse sparse) {
            return new ValueType.OfSparse(sparse.values().type(), null);
        } else if (value instanceof Datum.Sequence sequence) {
            return new ValueType.OfSequence(sequence.elementType());
        } else if (value instanceof Datum.Optional optional) {
            return new ValueType.OfOptional(optional.elementType());
        }
        Datum.Mapping map = (Datum.Mapping) value;
        return new ValueType.OfMap(
                map.keyType(),
                map.entries().values().stream().findFirst().map(DatumReader::type).orElse(null));
    }
}
