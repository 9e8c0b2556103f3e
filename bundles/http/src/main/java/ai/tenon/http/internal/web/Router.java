package ai.tenon.http.internal.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servlet behind every path that no application answers: finds the route, turns errors into
 * JSON.
 */
public final class Router extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private record Entry(Route route, String[] pattern) {}

    private final transient List<Entry> entries = new ArrayList<>();
    private final transient ObjectMapper objects;

    public Router(ObjectMapper objects, List<? extends Route.Source> sources) {
        this.objects = objects;
        for (Route.Source source : sources) {
            for (Route route : source.routes()) {
                entries.add(new Entry(route, Route.segments(route.template())));
            }
        }
    }

    /** Everything that is answered here. */
    public List<Route> routes() {
        return entries.stream().map(Entry::route).toList();
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Map<String, String> parameters = new HashMap<>();
        Exchange exchange = new Exchange(request, response, parameters, objects);
        try {
            find(request.getMethod(), request.getRequestURI(), response, parameters)
                    .handler()
                    .handle(exchange);
        } catch (HttpError e) {
            exchange.error(e);
        } catch (IOException e) {
            LOG.debug("{} {}: {}", request.getMethod(), request.getRequestURI(), e.toString());
            if (!response.isCommitted()) {
                exchange.error(
                        new HttpError(
                                408, "DEADLINE_EXCEEDED", "the request did not arrive in time"));
            }
        } catch (Exception e) {
            LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
            exchange.error(
                    new HttpError(
                            500, "FAILED", "the gateway failed on this request; see its log"));
        }
    }

    private Route find(
            String method, String uri, HttpServletResponse response, Map<String, String> parameters)
            throws HttpError {
        String[] path = Route.segments(uri);
        TreeSet<String> methods = new TreeSet<>();
        for (Entry entry : entries) {
            if (entry.route().matches(path, entry.pattern())) {
                if (entry.route().method().equals(method)) {
                    read(path, entry.pattern(), parameters);
                    return entry.route();
                }
                methods.add(entry.route().method());
            }
        }
        if (methods.isEmpty()) {
            throw HttpError.notFound("nothing answers at " + uri + "; see /openapi.json");
        }
        response.setHeader("Allow", String.join(", ", methods));
        throw new HttpError(
                405, "INVALID", uri + " answers " + String.join(", ", methods) + ", not " + method);
    }

    private static void read(String[] path, String[] pattern, Map<String, String> parameters)
            throws HttpError {
        for (int i = 0; i < path.length; i++) {
            if (Route.isParameter(pattern[i])) {
                parameters.put(pattern[i].substring(1, pattern[i].length() - 1), decode(path[i]));
            }
        }
    }

    private static String decode(String segment) throws HttpError {
        try {
            // a plus is a plus in a path
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw HttpError.invalid("'" + segment + "' is no correctly encoded part of a path");
        }
    }
}
