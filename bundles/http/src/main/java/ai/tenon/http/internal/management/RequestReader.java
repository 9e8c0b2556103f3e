package ai.tenon.http.internal.management;

import ai.tenon.http.internal.web.HttpError;
import ai.tenon.management.Request;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.TreeSet;

/** The JSON form of the requests: {@code kind} and the fields of its record. */
final class RequestReader {
    private final ObjectMapper objects;

    RequestReader(ObjectMapper objects) {
        this.objects = objects;
    }

    /**
     * Reads a request.
     *
     * @param json without its id
     * @param local true if the client is on this machine, whose files it may name
     */
    Request read(ObjectNode json, boolean local) throws HttpError {
        String kind = json.path("kind").asText();
        json.remove("kind");
        Class<? extends Request> type = Request.KINDS.get(kind);
        if (type == null) {
            throw HttpError.invalid(
                    "'kind' must be one of " + new TreeSet<>(Request.KINDS.keySet()));
        }
        Request request;
        try {
            request = objects.treeToValue(json, type);
        } catch (ValueInstantiationException e) {
            throw HttpError.invalid(kind + ": " + e.getCause().getMessage());
        } catch (JsonMappingException e) {
            throw HttpError.invalid(
                    kind + ": " + e.getOriginalMessage() + " (" + e.getPathReference() + ")");
        } catch (JsonProcessingException e) {
            throw HttpError.invalid(kind + ": " + e.getOriginalMessage());
        }
        if (request instanceof Request.Deploy deploy) {
            requireSource(deploy.model(), deploy.sha256(), local);
        } else if (request instanceof Request.Install install) {
            requireSource(install.bundle(), install.sha256(), local);
        } else if (request instanceof Request.Update update) {
            requireSource(update.bundle(), update.sha256(), local);
        }
        return request;
    }

    private static void requireSource(URI uri, String sha256, boolean local) throws HttpError {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(java.util.Locale.ROOT);
        switch (scheme) {
            case "file" -> {
                if (!local) {
                    throw new HttpError(
                            403,
                            "REFUSED",
                            "files of the gateway can be named on the gateway only");
                }
            }
            case "http", "https" -> {
                if (sha256.isEmpty()) {
                    throw HttpError.invalid("what is fetched by " + scheme + " needs its 'sha256'");
                }
            }
            default ->
                    throw HttpError.invalid(
                            "'" + uri + "' must be a file:, http: or https: address");
        }
    }
}
