package ai.tenon.http.internal.inference;

import ai.tenon.backend.Signature;
import ai.tenon.graph.Tensor;
import ai.tenon.http.internal.Limits;
import ai.tenon.http.internal.web.HttpError;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the body of an inference request: JSON, and behind it the binary data that it announces.
 */
final class InferRequestReader {
    private final JsonFactory json;
    private final Limits limits;

    InferRequestReader(JsonFactory json, Limits limits) {
        this.json = json;
        this.limits = limits;
    }

    /**
     * Reads a request.
     *
     * @param body JSON and binary data; must stay as it is while the request is in use
     * @param header length of the JSON
     * @throws HttpError 400 if it is no correct request for an endpoint with that signature
     */
    InferRequest read(ByteBuffer body, int header, Signature signature, Buffers.Lease lease)
            throws HttpError {
        if (header < 0 || header > body.remaining()) {
            throw HttpError.invalid(
                    "Inference-Header-Content-Length is "
                            + header
                            + ", the body has "
                            + body.remaining()
                            + " bytes");
        }
        try {
            return new Reading(body, header, signature, lease).request();
        } catch (JsonProcessingException e) {
            throw HttpError.invalid("the request is no correct JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    /** One request while it is read. */
    private final class Reading {
        private final ByteBuffer body;
        private final int header;
        private final Signature signature;
        private final Buffers.Lease lease;
        private final Tensor[] inputs;
        private final List<RequestedOutput> outputs = new ArrayList<>();
        private int binaryOffset;
        private String id;
        private RequestParameters parameters = RequestParameters.NONE;

        private record RequestedOutput(int index, Boolean binary) {}

        Reading(ByteBuffer body, int header, Signature signature, Buffers.Lease lease) {
            this.body = body;
            this.header = header;
            this.signature = signature;
            this.lease = lease;
            this.inputs = new Tensor[signature.inputs().size()];
            this.binaryOffset = header;
        }

        InferRequest request() throws IOException, HttpError {
            try (JsonParser parser = parser(0)) {
                require(parser.nextToken(), JsonToken.START_OBJECT, "the request");
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String field = parser.currentName();
                    parser.nextToken();
                    switch (field) {
                        case "id" -> id = string(parser, "id");
                        case "parameters" -> parameters = RequestParameters.read(parser);
                        case "inputs" -> inputs(parser);
                        case "outputs" -> outputs(parser);
                        default -> parser.skipChildren();
                    }
                }
                if (parser.nextToken() != null) {
                    throw HttpError.invalid("the request goes on behind its JSON object");
                }
            }
            requireInputs();
            if (binaryOffset != body.limit()) {
                throw HttpError.invalid(
                        (body.limit() - binaryOffset)
                                + " bytes of binary data belong to no input; see binary_data_size");
            }
            return new InferRequest(id, parameters.timeoutNanos(), inputs, wantedOutputs());
        }

        private JsonParser parser(int from) throws IOException {
            return json.createParser(
                    new ByteBufferBackedInputStream(body.slice(from, header - from)));
        }

        private void inputs(JsonParser parser) throws IOException, HttpError {
            require(parser.currentToken(), JsonToken.START_ARRAY, "'inputs'");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                require(parser.currentToken(), JsonToken.START_OBJECT, "each of 'inputs'");
                InputReader input = new InputReader(signature, limits, header, lease);
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String field = parser.currentName();
                    parser.nextToken();
                    input.field(field, parser);
                }
                if (input.dataLeftAt() >= 0) {
                    try (JsonParser again = parser(input.dataLeftAt())) {
                        again.nextToken();
                        input.data(again);
                    }
                }
                binaryOffset = input.binary(body, binaryOffset);
                if (inputs[input.index()] != null) {
                    throw HttpError.invalid("input '" + input.name() + "' is given twice");
                }
                inputs[input.index()] = input.tensor();
            }
        }

        private void outputs(JsonParser parser) throws IOException, HttpError {
            require(parser.currentToken(), JsonToken.START_ARRAY, "'outputs'");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                require(parser.currentToken(), JsonToken.START_OBJECT, "each of 'outputs'");
                String name = "";
                RequestParameters own = RequestParameters.NONE;
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String field = parser.currentName();
                    parser.nextToken();
                    switch (field) {
                        case "name" -> name = string(parser, "name");
                        case "parameters" -> own = RequestParameters.read(parser);
                        default -> parser.skipChildren();
                    }
                }
                int index = signature.indexOfOutput(name);
                if (index < 0) {
                    throw HttpError.invalid(
                            "there is no output '" + name + "'; there are " + signature.outputs());
                }
                if (outputs.size() >= signature.outputs().size()) {
                    throw HttpError.invalid("more outputs are asked for than there are");
                }
                outputs.add(new RequestedOutput(index, own.binaryData()));
            }
        }

        private void requireInputs() throws HttpError {
            for (int i = 0; i < inputs.length; i++) {
                if (inputs[i] == null) {
                    throw HttpError.invalid(
                            "input '"
                                    + signature.inputs().get(i).name()
                                    + "' is missing; the model takes "
                                    + signature.inputs());
                }
            }
        }

        private List<InferRequest.Output> wantedOutputs() {
            List<InferRequest.Output> wanted = new ArrayList<>();
            boolean byDefault = parameters.binaryDataOutput();
            if (outputs.isEmpty()) {
                for (int i = 0; i < signature.outputs().size(); i++) {
                    wanted.add(new InferRequest.Output(i, byDefault));
                }
            }
            for (RequestedOutput output : outputs) {
                wanted.add(
                        new InferRequest.Output(
                                output.index(),
                                output.binary() == null ? byDefault : output.binary()));
            }
            return wanted;
        }
    }

    static void require(JsonToken found, JsonToken wanted, String what) throws HttpError {
        if (found != wanted) {
            throw HttpError.invalid(
                    what
                            + " must be "
                            + (wanted == JsonToken.START_OBJECT ? "an object" : "an array"));
        }
    }

    static String string(JsonParser parser, String field) throws IOException, HttpError {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw HttpError.invalid("'" + field + "' must be a string");
        }
        return parser.getText();
    }
}
