package ai.tenon.http.internal.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Small JSON bodies. */
public final class Bodies {
    private final ObjectMapper objects;
    private final int limit;

    /**
     * @param limit bytes of the longest body
     */
    public Bodies(ObjectMapper objects, int limit) {
        this.objects = objects;
        this.limit = limit;
    }

    /** The request's body; no body is an empty object. */
    public ObjectNode object(Exchange exchange) throws HttpError, IOException {
        byte[] bytes = new byte[0];
        if (exchange.request().getContentLengthLong() <= limit) {
            bytes = exchange.request().getInputStream().readNBytes(limit + 1);
        }
        if (bytes.length > limit || exchange.request().getContentLengthLong() > limit) {
            throw HttpError.tooLarge("the body is longer than " + limit + " bytes");
        }
        if (bytes.length == 0) {
            return objects.createObjectNode();
        }
        JsonNode node;
        try {
            node = objects.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw HttpError.invalid("the request is no correct JSON: " + e.getOriginalMessage());
        }
        if (!(node instanceof ObjectNode object)) {
            throw HttpError.invalid("the request must be a JSON object");
        }
        return object;
    }
}
