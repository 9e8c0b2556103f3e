package ai.tenon.http.internal.inference;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.http.internal.web.HttpError;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads the elements of a tensor from JSON, flat or nested as its shape, straight into its buffer.
 */
final class JsonTensorReader {
    private static final long UINT32_MAX = 0xFFFF_FFFFL;

    /** Puts the value of the parser's current token where it belongs. */
    private interface Sink {
        void put(JsonParser parser, int index) throws IOException, HttpError;
    }

    private final String name;
    private final DataType type;
    private final long[] shape;
    private final int size;
    private final Sink sink;
    private final ByteBuffer buffer;
    private final String[] strings;
    private int index;

    private JsonTensorReader(
            String name, DataType type, long[] shape, int size, ByteBuffer buffer) {
        this.name = name;
        this.type = type;
        this.shape = shape;
        this.size = size;
        this.buffer = buffer;
        this.strings = buffer == null ? new String[size] : null;
        this.sink = sink();
    }

    /**
     * Reads a tensor.
     *
     * @param parser at the beginning of the array of elements
     * @param size number of elements of {@code shape}
     */
    static Tensor read(
            JsonParser parser,
            String name,
            DataType type,
            long[] shape,
            int size,
            Buffers.Lease lease)
            throws IOException, HttpError {
        if (!Datatypes.hasJson(type)) {
            throw HttpError.invalid(
                    "input '"
                            + name
                            + "' is "
                            + Datatypes.name(type)
                            + ", which has no JSON form; send it with binary_data_size");
        }
        ByteBuffer buffer = type == DataType.STRING ? null : lease.allocate(type.bytes(size));
        JsonTensorReader reader = new JsonTensorReader(name, type, shape, size, buffer);
        reader.readAll(parser);
        return buffer == null
                ? Tensor.ofStrings(reader.strings, shape)
                : Tensor.of(type, shape, buffer);
    }

    private void readAll(JsonParser parser) throws IOException, HttpError {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw HttpError.invalid("'data' of input '" + name + "' is no array");
        }
        if (parser.nextToken() == JsonToken.START_ARRAY) {
            nested(parser, 0);
        } else {
            flat(parser, size);
        }
        if (index != size) {
            throw count();
        }
    }

    /** The rest of an array of numbers; the parser stands at its first element, or its end. */
    private void flat(JsonParser parser, long elements) throws IOException, HttpError {
        long end = index + elements;
        for (JsonToken token = parser.currentToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            if (index >= end || token == null) {
                throw count();
            }
            sink.put(parser, index++);
        }
        if (index != end) {
            throw count();
        }
    }

    /** The rest of an array along {@code axis}; the parser stands at its first element. */
    private void nested(JsonParser parser, int axis) throws IOException, HttpError {
        if (axis == shape.length - 1) {
            flat(parser, shape[axis]);
            return;
        }
        long rows = 0;
        while (parser.currentToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_ARRAY
                    || axis >= shape.length
                    || ++rows > shape[axis]) {
                throw count();
            }
            parser.nextToken();
            nested(parser, axis + 1);
            parser.nextToken();
        }
        if (axis < shape.length && rows != shape[axis]) {
            throw count();
        }
    }

    private Sink sink() {
        return switch (type) {
            case BOOL -> (p, i) -> buffer.put(i, bool(p));
            case UINT8 -> (p, i) -> buffer.put(i, (byte) integer(p, 0, 0xFF));
            case INT8 -> (p, i) -> buffer.put(i, (byte) integer(p, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case UINT16 -> (p, i) -> buffer.putShort(2 * i, (short) integer(p, 0, 0xFFFF));
            case INT16 ->
                    (p, i) ->
                            buffer.putShort(
                                    2 * i, (short) integer(p, Short.MIN_VALUE, Short.MAX_VALUE));
            case UINT32 -> (p, i) -> buffer.putInt(4 * i, (int) integer(p, 0, UINT32_MAX));
            case INT32 ->
                    (p, i) ->
                            buffer.putInt(
                                    4 * i, (int) integer(p, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case UINT64 -> (p, i) -> buffer.putLong(8 * i, unsignedLong(p));
            case INT64 ->
                    (p, i) -> buffer.putLong(8 * i, integer(p, Long.MIN_VALUE, Long.MAX_VALUE));
            case FLOAT -> (p, i) -> buffer.putFloat(4 * i, (float) real(p, true));
            case DOUBLE -> (p, i) -> buffer.putDouble(8 * i, real(p, false));
            case STRING -> (p, i) -> strings[i] = string(p);
            default -> throw new IllegalArgumentException(type + " has no JSON form");
        };
    }

    private byte bool(JsonParser parser) throws IOException, HttpError {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> 1;
            case VALUE_FALSE -> 0;
            default -> throw element(parser);
        };
    }

    private long integer(JsonParser parser, long min, long max) throws IOException, HttpError {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw element(parser);
        }
        long value = parser.getLongValue();
        if (value < min || value > max) {
            throw element(parser);
        }
        return value;
    }

    private long unsignedLong(JsonParser parser) throws IOException, HttpError {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            BigInteger value = parser.getBigIntegerValue();
            if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
                throw element(parser);
            }
            return value.longValue();
        }
        return integer(parser, 0, Long.MAX_VALUE);
    }

    private double real(JsonParser parser, boolean single) throws IOException, HttpError {
        switch (parser.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                if (parser.isNaN()) { // written as NaN or Infinity, bare
                    return parser.getDoubleValue();
                }
                double value = single ? parser.getFloatValue() : parser.getDoubleValue();
                if (Double.isInfinite(value)) {
                    throw element(parser);
                }
                return value;
            }
            case VALUE_STRING -> {
                return switch (parser.getText()) {
                    case "NaN" -> Double.NaN;
                    case "Infinity" -> Double.POSITIVE_INFINITY;
                    case "-Infinity" -> Double.NEGATIVE_INFINITY;
                    default -> throw element(parser);
                };
            }
            default -> throw element(parser);
        }
    }

    private String string(JsonParser parser) throws IOException, HttpError {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw element(parser);
        }
        return parser.getText();
    }

    private HttpError element(JsonParser parser) throws IOException {
        String text = String.valueOf(parser.getText());
        return HttpError.invalid(
                "element "
                        + (index - 1)
                        + " of input '"
                        + name
                        + "' is no "
                        + Datatypes.name(type)
                        + ": "
                        + (text.length() > 40 ? text.substring(0, 40) + "…" : text));
    }

    private HttpError count() {
        return HttpError.invalid(
                "'data' of input '"
                        + name
                        + "' does not have the "
                        + size
                        + " elements of shape "
                        + Arrays.toString(shape)
                        + ", flat or nested as the shape");
    }
}
