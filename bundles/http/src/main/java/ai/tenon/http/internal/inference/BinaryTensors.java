package ai.tenon.http.internal.inference;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.http.internal.web.HttpError;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Tensors as the binary tensor extension carries them: little-endian, row-major; strings each
 * behind their length, an unsigned 32-bit integer.
 */
final class BinaryTensors {
    private BinaryTensors() {}

    /**
     * A tensor over {@code data}, without a copy unless it is of strings or lies where elements of
     * its type cannot.
     *
     * @param offset of the data from an aligned address
     * @throws HttpError if the bytes are not exactly those of the tensor
     */
    static Tensor read(
            String name,
            DataType type,
            long[] shape,
            int size,
            ByteBuffer data,
            int offset,
            Buffers.Lease lease)
            throws HttpError {
        if (type == DataType.STRING) {
            return Tensor.ofStrings(
                    strings(name, size, data.order(ByteOrder.LITTLE_ENDIAN)), shape);
        }
        if (type.bytes(size) != data.remaining()) {
            throw HttpError.invalid(
                    "input '"
                            + name
                            + "' takes "
                            + type.bytes(size)
                            + " bytes, its binary_data_size is "
                            + data.remaining());
        }
        if (type == DataType.BOOL) {
            requireBooleans(name, data);
        }
        boolean aligned = offset % Math.max(1, type.bits() / 8) == 0;
        return Tensor.of(
                type, shape, aligned ? data : lease.allocate(data.remaining()).put(data).flip());
    }

    private static void requireBooleans(String name, ByteBuffer data) throws HttpError {
        for (int i = data.position(); i < data.limit(); i++) {
            if ((data.get(i) & 0xFE) != 0) {
                throw HttpError.invalid(
                        "input '" + name + "' is BOOL and has a byte that is neither 0 nor 1");
            }
        }
    }

    private static String[] strings(String name, int size, ByteBuffer data) throws HttpError {
        if (size > data.remaining() / Integer.BYTES) {
            throw truncated(name, size);
        }
        String[] strings = new String[size];
        for (int i = 0; i < size; i++) {
            if (data.remaining() < Integer.BYTES) {
                throw truncated(name, size);
            }
            long length = Integer.toUnsignedLong(data.getInt());
            if (length > data.remaining()) {
                throw truncated(name, size);
            }
            ByteBuffer bytes = data.slice(data.position(), (int) length);
            data.position(data.position() + (int) length);
            try {
                strings[i] = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            } catch (CharacterCodingException e) {
                throw HttpError.invalid(
                        "element " + i + " of input '" + name + "' is no UTF-8 text");
            }
        }
        if (data.hasRemaining()) {
            throw HttpError.invalid(
                    "the binary data of input '"
                            + name
                            + "' is longer than its "
                            + size
                            + " strings");
        }
        return strings;
    }

    private static HttpError truncated(String name, int size) {
        return HttpError.invalid(
                "the binary data of input '" + name + "' ends before its " + size + " strings do");
    }

    /** The bytes of a tensor; its own buffer unless it is of strings. */
    static ByteBuffer bytes(Tensor tensor) {
        if (tensor.type() != DataType.STRING) {
            return tensor.buffer().duplicate();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String string : tensor.strings()) {
            byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(length(bytes.length));
            out.writeBytes(bytes);
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private static byte[] length(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }
}
