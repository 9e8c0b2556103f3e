package ai.tenon.http.internal.inference;

import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.http.internal.Limits;
import ai.tenon.http.internal.web.HttpError;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** One input of a request while it is read. Its data may stand before what says how to read it. */
final class InputReader {
    private final Signature signature;
    private final Limits limits;
    private final int jsonBytes;
    private final Buffers.Lease lease;

    private String name;
    private DataType type;
    private long[] shape;
    private RequestParameters parameters = RequestParameters.NONE;
    private int dataLeftAt = -1;
    private Tensor tensor;
    private int index = -1;
    private int size = -1;

    InputReader(Signature signature, Limits limits, int jsonBytes, Buffers.Lease lease) {
        this.signature = signature;
        this.limits = limits;
        this.jsonBytes = jsonBytes;
        this.lease = lease;
    }

    /** Takes a field at whose value the parser stands. */
    void field(String field, JsonParser parser) throws IOException, HttpError {
        switch (field) {
            case "name" -> name = InferRequestReader.string(parser, field);
            case "datatype" -> type = Datatypes.parse(InferRequestReader.string(parser, field));
            case "shape" -> shape = shape(parser);
            case "parameters" -> parameters = RequestParameters.read(parser);
            case "data" -> {
                if (name != null && type != null && shape != null) {
                    data(parser);
                } else {
                    dataLeftAt = (int) parser.currentTokenLocation().getByteOffset();
                    parser.skipChildren();
                }
            }
            default -> parser.skipChildren();
        }
    }

    /** Where the data starts that was passed over; -1 if none was. */
    int dataLeftAt() {
        return dataLeftAt;
    }

    /** Reads the data at which the parser stands. */
    void data(JsonParser parser) throws IOException, HttpError {
        check();
        // every element takes a digit and a comma at least
        if (size > jsonBytes / 2 + 1) {
            throw HttpError.invalid(
                    "input '" + name + "' has less data than shape " + Arrays.toString(shape));
        }
        tensor = JsonTensorReader.read(parser, name, type, shape, size, lease);
    }

    /**
     * Takes its part of the binary data, if it has one.
     *
     * @param from where that would begin
     * @return where it ends
     */
    int binary(ByteBuffer body, int from) throws HttpError {
        check();
        long bytes = parameters.binaryDataSize();
        if ((tensor == null) == (bytes < 0)) {
            throw HttpError.invalid(
                    "input '" + name + "' needs either 'data' or the parameter 'binary_data_size'");
        }
        if (bytes < 0) {
            return from;
        }
        if (bytes > body.limit() - from) {
            throw HttpError.invalid(
                    "the body ends within the binary data of input '"
                            + name
                            + "': it needs "
                            + bytes
                            + " bytes and finds "
                            + (body.limit() - from));
        }
        tensor =
                BinaryTensors.read(
                        name,
                        type,
                        shape,
                        size,
                        body.slice(from, (int) bytes),
                        from - jsonBytes,
                        lease);
        return from + (int) bytes;
    }

    String name() {
        return name;
    }

    /** Position in the signature; known once the data has been read. */
    int index() {
        return index;
    }

    Tensor tensor() {
        return tensor;
    }

    private void check() throws HttpError {
        if (size >= 0) {
            return;
        }
        if (name == null || type == null || shape == null) {
            throw HttpError.invalid("each input needs 'name', 'shape' and 'datatype'");
        }
        index = signature.indexOfInput(name);
        if (index < 0) {
            throw HttpError.invalid(
                    "there is no input '" + name + "'; the model takes " + signature.inputs());
        }
        TensorSpec spec = signature.inputs().get(index);
        if (spec.type() != type) {
            throw HttpError.invalid(
                    "input '"
                            + name
                            + "' is "
                            + Datatypes.name(spec.type())
                            + ", not "
                            + Datatypes.name(type));
        }
        size = elements();
    }

    private int elements() throws HttpError {
        int elements;
        try {
            elements = Tensor.elements(shape);
        } catch (IllegalArgumentException e) {
            throw HttpError.invalid("input '" + name + "': " + e.getMessage());
        }
        if (elements > limits.elements()) {
            throw HttpError.invalid(
                    "input '"
                            + name
                            + "' has "
                            + elements
                            + " elements; at most "
                            + limits.elements()
                            + " are taken, see 'elements'");
        }
        return elements;
    }

    private long[] shape(JsonParser parser) throws IOException, HttpError {
        InferRequestReader.require(parser.currentToken(), JsonToken.START_ARRAY, "'shape'");
        long[] dims = new long[limits.rank()];
        int rank = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (rank == dims.length) {
                throw HttpError.invalid(
                        "a shape has more than " + dims.length + " dimensions; see 'rank'");
            }
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                    || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                    || parser.getLongValue() < 0) {
                throw HttpError.invalid("'shape' must be an array of integers of 0 or more");
            }
            dims[rank++] = parser.getLongValue();
        }
        return Arrays.copyOf(dims, rank);
    }
}
