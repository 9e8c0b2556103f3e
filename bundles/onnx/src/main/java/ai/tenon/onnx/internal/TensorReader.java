package ai.tenon.onnx.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Tensor;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.SparseTensorProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Makes tensors of {@code TensorProto}s. Raw and external data stay where they are; numbers in
 * typed fields become a new direct buffer.
 */
final class TensorReader {
    static final int EXTERNAL = 1;

    private final Skeleton skeleton;
    private final ExternalData external;

    /**
     * @param skeleton has the weights that lie in the file itself
     */
    TensorReader(Skeleton skeleton, ExternalData external) {
        this.skeleton = skeleton;
        this.external = external;
    }

    Tensor read(TensorProto proto, Place where) throws ModelFormatException {
        Place place =
                proto.getName().isEmpty() ? where : where.at("tensor '" + proto.getName() + "'");
        DataType type = Types.element(proto.getDataType(), place);
        if (type == null) {
            throw place.error("a tensor without element type");
        }
        if (proto.hasSegment()) {
            throw place.error("tensors in segments are not supported; use external data");
        }
        if (proto.getDataLocation() != 0 && proto.getDataLocation() != EXTERNAL) {
            throw place.error("unknown data location " + proto.getDataLocation());
        }
        long[] shape = dims(proto.getDimsList());
        try {
            int size = Tensor.elements(shape);
            int typed = TypedData.count(proto);
            boolean raw = !proto.getRawData().isEmpty();
            if (proto.getDataLocation() == EXTERNAL) {
                if (raw || typed > 0) {
                    throw place.error("a tensor with external data has data in the file as well");
                }
                long bytes = type == DataType.STRING ? -1 : type.bytes(size);
                return Tensor.of(type, shape, external.map(proto, bytes, place));
            }
            if (type == DataType.STRING) {
                return strings(proto, shape, size, place);
            }
            if (raw && typed > 0) {
                throw place.error("a tensor has both raw data and typed data");
            }
            return Tensor.of(
                    type,
                    shape,
                    raw || size == 0 && typed == 0
                            ? skeleton.get(proto.getRawData())
                            : TypedData.read(proto, type, size, place));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw place.error(e);
        }
    }

    Datum.Sparse read(SparseTensorProto proto, Place place) throws ModelFormatException {
        Tensor values = read(proto.getValues(), place.at("values"));
        Tensor indices = read(proto.getIndices(), place.at("indices"));
        boolean linear = indices.rank() == 1;
        if (values.rank() != 1
                || indices.type() != DataType.INT64
                || !linear && (indices.rank() != 2 || indices.dim(1) != proto.getDimsCount())
                || indices.dim(0) != values.dim(0)) {
            throw place.error(
                    "a sparse tensor of shape "
                            + proto.getDimsList()
                            + " cannot have values "
                            + values
                            + " and indices "
                            + indices);
        }
        for (long dim : proto.getDimsList()) {
            if (dim < 0) {
                throw place.error("negative dimension " + dim);
            }
        }
        return new Datum.Sparse(values, indices, proto.getDimsList());
    }

    private static long[] dims(List<Long> dims) {
        return dims.stream().mapToLong(Long::longValue).toArray();
    }

    private static Tensor strings(TensorProto proto, long[] shape, int size, Place place)
            throws ModelFormatException {
        if (proto.getStringDataCount() != size
                || TypedData.count(proto) != size
                || !proto.getRawData().isEmpty()) {
            throw place.error(
                    "a tensor of "
                            + size
                            + " strings has "
                            + proto.getStringDataCount()
                            + " in string_data"
                            + (proto.getRawData().isEmpty() ? "" : ", and raw data"));
        }
        String[] strings = new String[size];
        for (int i = 0; i < size; i++) {
            strings[i] = utf8(proto.getStringData(i), place.at("string_data", i));
        }
        return Tensor.ofStrings(strings, shape);
    }

    static String utf8(ByteString bytes, Place place) throws ModelFormatException {
        if (!bytes.isValidUtf8()) {
            throw place.error("a string is not UTF-8");
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
