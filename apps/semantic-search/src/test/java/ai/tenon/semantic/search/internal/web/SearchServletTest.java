package ai.tenon.semantic.search.internal.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.semantic.search.SearchAnswer;
import ai.tenon.semantic.search.SearchException;
import ai.tenon.semantic.search.SearchStatus;
import ai.tenon.semantic.search.SemanticSearch;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SearchServletTest {
    private final SearchServlet servlet = new SearchServlet(new Echo());
    private int status;

    /** Finds the question itself, as often as it is asked for; fails as the question says. */
    private static final class Echo implements SemanticSearch {
        @Override
        public SearchAnswer search(String question, int k) throws SearchException {
            for (SearchException.Kind kind : SearchException.Kind.values()) {
                if (kind.name().equals(question)) {
                    throw new SearchException(kind, "no");
                }
            }
            SearchAnswer.Hit hit = new SearchAnswer.Hit(0.5f, "a.md", question);
            return new SearchAnswer(question, Collections.nCopies(k, hit), 7, "oracle@1", false);
        }

        @Override
        public SearchStatus status() {
            return new SearchStatus(true, false, 0, 0, 7, 1, "f", "minilm", "sha", 3, "");
        }
    }

    private JsonNode get(String path, Map<String, String> parameters) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        HttpServletRequest request =
                proxy(
                        HttpServletRequest.class,
                        (method, arguments) ->
                                method.equals("getPathInfo")
                                        ? path
                                        : parameters.get((String) arguments[0]));
        HttpServletResponse response =
                proxy(
                        HttpServletResponse.class,
                        (method, arguments) -> {
                            if (method.equals("setStatus")) {
                                status = (int) arguments[0];
                            }
                            return method.equals("getOutputStream") ? stream(body) : null;
                        });
        servlet.doGet(request, response);
        return new ObjectMapper().readTree(body.toByteArray());
    }

    private interface Call {
        Object answer(String method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> call.answer(method.getName(), arguments)));
    }

    private static ServletOutputStream stream(ByteArrayOutputStream body) {
        return new ServletOutputStream() {
            @Override
            public void write(int b) {
                body.write(b);
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setWriteListener(WriteListener listener) {}
        };
    }

    @Test
    void answersAreJson() throws IOException {
        JsonNode answer = get("/search", Map.of("q", "why?", "k", "2"));
        assertEquals(200, status);
        assertEquals("why?", answer.path("question").asText());
        assertEquals(2, answer.path("results").size());
        JsonNode hit = answer.path("results").path(0);
        assertEquals(0.5, hit.path("score").asDouble());
        assertEquals("a.md", hit.path("file").asText());
        assertEquals("why?", hit.path("passage").asText());
        assertEquals("oracle@1", answer.path("backend").asText());
        assertEquals(5, get("/search", Map.of("q", "why?")).path("results").size());
        assertEquals(7, get("/status", Map.of()).path("passages").asInt());
    }

    @Test
    void errorsHaveAStatusAndAKind() throws IOException {
        for (var expected :
                List.of(
                        Map.entry("INVALID", 400),
                        Map.entry("UNAVAILABLE", 503),
                        Map.entry("BUSY", 429),
                        Map.entry("DEADLINE_EXCEEDED", 504),
                        Map.entry("FAILED", 500))) {
            JsonNode error = get("/search", Map.of("q", expected.getKey()));
            assertEquals(expected.getValue(), status);
            assertEquals(expected.getKey(), error.path("kind").asText());
            assertEquals("no", error.path("error").asText());
        }
        assertEquals(
                "INVALID", get("/search", Map.of("q", "why?", "k", "many")).path("kind").asText());
        assertEquals("NOT_FOUND", get("/", Map.of()).path("kind").asText());
        assertEquals(404, status);
        assertEquals("NOT_FOUND", get(null, Map.of()).path("kind").asText());
    }
}
