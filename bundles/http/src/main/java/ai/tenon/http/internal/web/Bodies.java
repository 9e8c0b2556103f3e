package ai.tenon.http.internal.web;

import ai.tenon.http.internal.Limits;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;

/** Small JSON bodies. Whoever sends one slowly keeps neither a thread for long nor all threads. */
public final class Bodies {
    private final ObjectMapper objects;
    private final int limit;
    private final int millis;
    private final Semaphore arriving;

    public Bodies(ObjectMapper objects, Limits limits) {
        this.objects = objects;
        this.limit = limits.managementBytes();
        this.millis = limits.bodyMillis();
        this.arriving = new Semaphore(Math.max(1, limits.threads() / 8));
    }

    /** The request's body; no body is an empty object. */
    public ObjectNode object(Exchange exchange) throws HttpError, IOException {
        byte[] bytes = bytes(exchange.request());
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

    private byte[] bytes(HttpServletRequest request) throws HttpError, IOException {
        if (request.getContentLengthLong() > limit) {
            throw tooLarge();
        }
        if (!arriving.tryAcquire()) {
            throw HttpError.busy("too many requests with a body at once; try again");
        }
        try {
            return read(request.getInputStream());
        } finally {
            arriving.release();
        }
    }

    private byte[] read(InputStream in) throws HttpError, IOException {
        long deadline = System.nanoTime() + millis * 1_000_000L;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int n; (n = in.read(buffer)) >= 0; ) {
            bytes.write(buffer, 0, n);
            if (bytes.size() > limit) {
                throw tooLarge();
            }
            if (System.nanoTime() > deadline) {
                throw new HttpError(
                        408,
                        "DEADLINE_EXCEEDED",
                        "the body did not arrive within " + millis + " ms");
            }
        }
        return bytes.toByteArray();
    }

    private HttpError tooLarge() {
        return HttpError.tooLarge("the body is longer than " + limit + " bytes");
    }
}
