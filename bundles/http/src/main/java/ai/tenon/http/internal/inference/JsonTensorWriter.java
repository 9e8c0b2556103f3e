package ai.tenon.http.internal.inference;

import ai.tenon.graph.Tensor;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes the elements of a tensor as a flat JSON array, straight from its buffer. */
final class JsonTensorWriter {
    private JsonTensorWriter() {}

    /**
     * Writes all elements; NaN and infinities become the strings {@code "NaN"}, {@code "Infinity"}
     * and {@code "-Infinity"}, since JSON has no numbers for them.
     */
    static void write(JsonGenerator json, Tensor tensor) throws IOException {
        json.writeStartArray();
        switch (tensor.type()) {
            case STRING -> {
                for (String string : tensor.strings()) {
                    json.writeString(string);
                }
            }
            default -> numbers(json, tensor, tensor.buffer());
        }
        json.writeEndArray();
    }

    private static void numbers(JsonGenerator json, Tensor tensor, ByteBuffer data)
            throws IOException {
        int size = tensor.size();
        for (int i = 0; i < size; i++) {
            switch (tensor.type()) {
                case BOOL -> json.writeBoolean(data.get(i) != 0);
                case INT8 -> json.writeNumber(data.get(i));
                case UINT8 -> json.writeNumber(Byte.toUnsignedInt(data.get(i)));
                case INT16 -> json.writeNumber(data.getShort(2 * i));
                case UINT16 -> json.writeNumber(Short.toUnsignedInt(data.getShort(2 * i)));
                case INT32 -> json.writeNumber(data.getInt(4 * i));
                case UINT32 -> json.writeNumber(Integer.toUnsignedLong(data.getInt(4 * i)));
                case INT64 -> json.writeNumber(data.getLong(8 * i));
                case UINT64 -> json.writeNumber(Long.toUnsignedString(data.getLong(8 * i)));
                case FLOAT -> json.writeNumber(data.getFloat(4 * i));
                case DOUBLE -> json.writeNumber(data.getDouble(8 * i));
                default -> throw new IllegalStateException(tensor.type() + " has no JSON form");
            }
        }
    }
}
