package ai.tenon.http.internal.inference;

import ai.tenon.http.internal.web.HttpError;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * The parameters of a request, an input or an output that mean something here. What would change
 * the answer and is not supported is refused; all others are ignored.
 *
 * @param timeoutNanos 0 if absent; on the wire in microseconds
 * @param binaryDataOutput default for all outputs
 * @param binaryData of one output; null if absent
 * @param binaryDataSize of one input; -1 if absent
 */
record RequestParameters(
        long timeoutNanos, boolean binaryDataOutput, Boolean binaryData, long binaryDataSize) {
    static final RequestParameters NONE = new RequestParameters(0, false, null, -1);

    private static final long LONGEST_TIMEOUT_MICROS = 3_600_000_000L;

    /** Reads the object at which the parser stands. */
    static RequestParameters read(JsonParser parser) throws IOException, HttpError {
        InferRequestReader.require(parser.currentToken(), JsonToken.START_OBJECT, "'parameters'");
        long timeout = 0;
        boolean binaryOutput = false;
        Boolean binaryData = null;
        long size = -1;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "timeout" ->
                        timeout = Math.min(number(parser, field), LONGEST_TIMEOUT_MICROS) * 1000;
                case "binary_data_output" -> binaryOutput = bool(parser, field);
                case "binary_data" -> binaryData = bool(parser, field);
                case "binary_data_size" -> size = number(parser, field);
                case "sequence_id",
                        "sequence_start",
                        "sequence_end",
                        "classification",
                        "shared_memory_region" ->
                        throw HttpError.invalid(
                                "the parameter '"
                                        + field
                                        + "' is not supported here; leave it out");
                default -> parser.skipChildren();
            }
        }
        return new RequestParameters(timeout, binaryOutput, binaryData, size);
    }

    private static boolean bool(JsonParser parser, String field) throws HttpError {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw HttpError.invalid("the parameter '" + field + "' must be true or false");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private static long number(JsonParser parser, String field) throws IOException, HttpError {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || parser.getLongValue() < 0) {
            throw HttpError.invalid(
                    "the parameter '" + field + "' must be an integer of 0 or more");
        }
        return parser.getLongValue();
    }
}
