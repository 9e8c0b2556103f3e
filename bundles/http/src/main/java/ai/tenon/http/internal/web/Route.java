package ai.tenon.http.internal.web;

import java.util.List;

/**
 * A method and a path that are answered here.
 *
 * @param template as in OpenAPI: segments in braces match any one segment
 */
public record Route(String method, String template, Handler handler) {
    /** Answers a request. */
    @FunctionalInterface
    public interface Handler {
        void handle(Exchange exchange) throws Exception;
    }

    /** The segments of a path without its leading slash. */
    static String[] segments(String path) {
        return path.substring(1).split("/", -1);
    }

    /** True if the path has this route's fixed segments and something for each of the others. */
    boolean matches(String[] path, String[] pattern) {
        if (path.length != pattern.length) {
            return false;
        }
        for (int i = 0; i < path.length; i++) {
            if (isParameter(pattern[i]) ? path[i].isEmpty() : !pattern[i].equals(path[i])) {
                return false;
            }
        }
        return true;
    }

    static boolean isParameter(String segment) {
        return segment.startsWith("{");
    }

    /** Somebody who answers some routes. */
    public interface Source {
        List<Route> routes();
    }
}
