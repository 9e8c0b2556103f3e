package ai.tenon.semantic.search.internal.web;

import ai.tenon.semantic.search.SearchException;
import ai.tenon.semantic.search.SemanticSearch;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Search over HTTP; a server that knows the servlet whiteboard picks it up. */
@Component(
        service = Servlet.class,
        property = "osgi.http.whiteboard.servlet.pattern=/apps/semantic-search/*")
public final class SearchServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String DEFAULT_RESULTS = "5";

    private final transient SemanticSearch search;
    private final transient ObjectMapper json = JsonMapper.builder().build();

    @Activate
    public SearchServlet(@Reference SemanticSearch search) {
        this.search = search;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String path = String.valueOf(request.getPathInfo());
        try {
            switch (path) {
                case "/search" ->
                        answer(response, 200, search.search(request.getParameter("q"), k(request)));
                case "/status" -> answer(response, 200, search.status());
                default -> error(response, 404, "NOT_FOUND", "ask /search?q=…&k=5 or /status");
            }
        } catch (SearchException e) {
            error(response, statusOf(e.kind()), e.kind().name(), e.getMessage());
        }
    }

    private static int k(HttpServletRequest request) throws SearchException {
        String text = request.getParameter("k");
        try {
            return Integer.parseInt(text == null ? DEFAULT_RESULTS : text);
        } catch (NumberFormatException e) {
            throw new SearchException(
                    SearchException.Kind.INVALID, "'k' is a number of passages", e);
        }
    }

    private static int statusOf(SearchException.Kind kind) {
        return switch (kind) {
            case INVALID -> 400;
            case UNAVAILABLE -> 503;
            case BUSY -> 429;
            case DEADLINE_EXCEEDED -> 504;
            case FAILED -> 500;
        };
    }

    private void error(HttpServletResponse response, int status, String kind, String message)
            throws IOException {
        answer(response, status, Map.of("error", message, "kind", kind));
    }

    private void answer(HttpServletResponse response, int status, Object body) throws IOException {
        byte[] bytes = json.writeValueAsBytes(body);
        response.setStatus(status);
        response.setContentType("application/json");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
