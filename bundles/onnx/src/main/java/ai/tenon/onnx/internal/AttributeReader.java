package ai.tenon.onnx.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Attribute.Kind;
import ai.tenon.graph.ValueType;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.AttributeProto;
import ai.tenon.onnx.internal.proto.TypeProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes attributes of {@code AttributeProto}s, subgraphs included. */
final class AttributeReader {
    private final TensorReader tensors;
    private final GraphReader graphs;

    AttributeReader(TensorReader tensors, GraphReader graphs) {
        this.tensors = tensors;
        this.graphs = graphs;
    }

    /**
     * @param scope what subgraphs can refer to
     */
    Attribute read(AttributeProto proto, Scope scope, Place place) throws ModelFormatException {
        if (proto.getName().isEmpty()) {
            throw place.error("an attribute without a name");
        }
        Kind kind = kind(proto, place);
        String doc = GraphReader.absent(proto.getDocString());
        String reference = GraphReader.absent(proto.getRefAttrName());
        requireOnly(reference == null ? kind : null, proto, place);
        if (reference == null) {
            return new Attribute(
                    proto.getName(), kind, value(proto, kind, scope, place), null, doc);
        }
        if (!scope.inFunction()) {
            throw place.error("refers to the attribute '" + reference + "' of no function");
        }
        return new Attribute(proto.getName(), kind, null, reference, doc);
    }

    static Kind kind(AttributeProto proto, Place place) throws ModelFormatException {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.code() == proto.getType())
                .findFirst()
                .orElseThrow(() -> place.error("an attribute of unknown type " + proto.getType()));
    }

    /**
     * @param kind the only one of which there may be a value; null for none
     */
    private static void requireOnly(Kind kind, AttributeProto proto, Place place)
            throws ModelFormatException {
        if (proto.hasT() && kind != Kind.TENSOR
                || proto.hasG() && kind != Kind.GRAPH
                || proto.hasTp() && kind != Kind.TYPE_PROTO
                || proto.hasSparseTensor() && kind != Kind.SPARSE_TENSOR
                || proto.getTensorsCount() > 0 && kind != Kind.TENSORS
                || proto.getGraphsCount() > 0 && kind != Kind.GRAPHS
                || proto.getTypeProtosCount() > 0 && kind != Kind.TYPE_PROTOS
                || proto.getSparseTensorsCount() > 0 && kind != Kind.SPARSE_TENSORS) {
            throw place.error(
                    "an attribute of kind "
                            + (kind == null ? "reference" : kind)
                            + " with another value");
        }
    }

    private Object value(AttributeProto proto, Kind kind, Scope scope, Place place)
            throws ModelFormatException {
        return switch (kind) {
            case FLOAT -> proto.getF();
            case INT -> proto.getI();
            case STRING -> proto.getS().toByteArray();
            case TENSOR -> tensors.read(proto.getT(), place.at("t"));
            case GRAPH -> graphs.readSubgraph(proto.getG(), scope, place.at("g"));
            case SPARSE_TENSOR -> tensors.read(proto.getSparseTensor(), place.at("sparse_tensor"));
            case TYPE_PROTO -> type(proto.getTp(), place.at("tp"));
            case FLOATS -> proto.getFloatsList();
            case INTS -> proto.getIntsList();
            case STRINGS -> proto.getStringsList().stream().map(ByteString::toByteArray).toList();
            case TENSORS -> each(proto.getTensorsList(), place.at("tensors"), tensors::read);
            case GRAPHS ->
                    each(
                            proto.getGraphsList(),
                            place.at("graphs"),
                            (graph, at) -> graphs.readSubgraph(graph, scope, at));
            case SPARSE_TENSORS ->
                    each(proto.getSparseTensorsList(), place.at("sparse_tensors"), tensors::read);
            case TYPE_PROTOS ->
                    each(proto.getTypeProtosList(), place.at("type_protos"), AttributeReader::type);
        };
    }

    private static ValueType type(TypeProto proto, Place place) throws ModelFormatException {
        ValueType type = Types.read(proto, place);
        if (type == null) {
            throw place.error("a type that says nothing");
        }
        return type;
    }

    private static <P, V> List<V> each(List<P> protos, Place place, Reader<P, V> reader)
            throws ModelFormatException {
        List<V> values = new ArrayList<>(protos.size());
        for (int i = 0; i < protos.size(); i++) {
            values.add(reader.read(protos.get(i), new Place(place.parent(), place.field(), i)));
        }
        return values;
    }

    private interface Reader<P, V> {
        V read(P proto, Place place) throws ModelFormatException;
    }
}
