package ai.tenon.http.internal.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;

/** One request and its answer. */
public final class Exchange {
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final Map<String, String> parameters;
    private final ObjectMapper objects;

    Exchange(
            HttpServletRequest request,
            HttpServletResponse response,
            Map<String, String> parameters,
            ObjectMapper objects) {
        this.request = request;
        this.response = response;
        this.parameters = parameters;
        this.objects = objects;
    }

    public HttpServletRequest request() {
        return request;
    }

    public HttpServletResponse response() {
        return response;
    }

    /** What stands in the path where the template has {@code {name}}; null if it has no such. */
    public String path(String name) {
        return parameters.get(name);
    }

    /**
     * A parameter of the query; null if it is absent. The servlet's own method would take the body
     * for a form, as curl declares whatever it sends.
     */
    public String query(String name) {
        String query = request.getQueryString();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        return null;
    }

    /** True if the client is on this machine. */
    public boolean fromLoopback() throws IOException {
        return InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress();
    }

    /** Answers with a record, list or map as JSON. */
    public void json(int status, Object body) throws IOException {
        byte[] bytes;
        try {
            bytes = objects.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no JSON for " + body.getClass(), e);
        }
        response.setStatus(status);
        response.setContentType("application/json");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    private record Failure(String error, String kind) {}

    /** Answers with {@code {"error": …, "kind": …}}. */
    void error(HttpError error) throws IOException {
        if (response.isCommitted()) {
            throw new IOException("the answer had begun: " + error.getMessage());
        }
        response.resetBuffer();
        if (hasUnreadBody()) {
            // The server will close the connection; a client must not send its next request on it.
            response.setHeader("Connection", "close");
        }
        if (error.status() == 429) {
            response.setHeader("Retry-After", "1");
        }
        if (error.status() == 401) {
            response.setHeader("WWW-Authenticate", "Bearer realm=\"tenon\"");
        }
        json(error.status(), new Failure(String.valueOf(error.getMessage()), error.kind()));
    }

    private boolean hasUnreadBody() throws IOException {
        boolean hasBody =
                request.getContentLengthLong() > 0
                        || request.getHeader("Transfer-Encoding") != null;
        return hasBody && !request.getInputStream().isFinished();
    }
}
