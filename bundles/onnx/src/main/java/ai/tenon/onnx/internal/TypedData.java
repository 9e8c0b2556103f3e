package ai.tenon.onnx.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.TensorProto;
import java.nio.ByteBuffer;

/** Tensors whose numbers stand in {@code float_data}, {@code int32_data} and their like. */
final class TypedData {
    private TypedData() {}

    /** How many entries all typed fields have together. */
    static int count(TensorProto proto) {
        return proto.getFloatDataCount()
                + proto.getInt32DataCount()
                + proto.getInt64DataCount()
                + proto.getDoubleDataCount()
                + proto.getUint64DataCount()
                + proto.getStringDataCount();
    }

    /**
     * The numbers of a tensor in a new direct buffer, as raw data would hold them.
     *
     * @param size how many elements the tensor has
     */
    static ByteBuffer read(TensorProto proto, DataType type, int size, Place place)
            throws ModelFormatException {
        int found =
                switch (type) {
                    case FLOAT, COMPLEX64 -> proto.getFloatDataCount();
                    case DOUBLE, COMPLEX128 -> proto.getDoubleDataCount();
                    case INT64 -> proto.getInt64DataCount();
                    case UINT32, UINT64 -> proto.getUint64DataCount();
                    default -> proto.getInt32DataCount();
                };
        long wanted =
                switch (type) {
                    case COMPLEX64, COMPLEX128 -> 2L * size;
                    // Several small numbers share one entry, as they would share a byte.
                    case UINT4, INT4, FLOAT4E2M1, UINT2, INT2 -> type.bytes(size);
                    default -> size;
                };
        int typed = count(proto);
        if (found != wanted || typed != found) {
            throw place.error(
                    type.name()
                            + proto.getDimsList()
                            + " takes "
                            + wanted
                            + " numbers in its typed field; it has "
                            + found
                            + ", and "
                            + (typed - found)
                            + " in others");
        }
        ByteBuffer to = Tensor.allocate(type, size).buffer();
        for (int i = 0; i < found; i++) {
            switch (type) {
                case FLOAT, COMPLEX64 -> to.putFloat(i * 4, proto.getFloatData(i));
                case DOUBLE, COMPLEX128 -> to.putDouble(i * 8, proto.getDoubleData(i));
                case INT64 -> to.putLong(i * 8, proto.getInt64Data(i));
                case UINT64 -> to.putLong(i * 8, proto.getUint64Data(i));
                case UINT32 -> to.putInt(i * 4, (int) proto.getUint64Data(i));
                case INT32 -> to.putInt(i * 4, proto.getInt32Data(i));
                case INT16, UINT16, FLOAT16, BFLOAT16 ->
                        to.putShort(i * 2, (short) proto.getInt32Data(i));
                default -> to.put(i, (byte) proto.getInt32Data(i));
            }
        }
        return to;
    }
}
