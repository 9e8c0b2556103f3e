package ai.tenon.http.internal.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.osgi.service.servlet.whiteboard.Preprocessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before every servlet, applications' too. Refuses what a web page elsewhere could make a
 * browser send: a foreign Host (DNS rebinding) or a foreign Origin. Applications need no such
 * checks of their own.
 */
public final class Guard implements Preprocessor {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

    private final Set<String> hosts;
    private final ObjectMapper objects;

    /**
     * @param hosts names under which clients may call this gateway, besides those of the loopback
     *     interface; in lower case
     */
    public Guard(Set<String> hosts, ObjectMapper objects) {
        this.hosts = Set.copyOf(hosts);
        this.objects = objects;
    }

    @Override
    public void init(FilterConfig configuration) {}

    @Override
    public void destroy() {}

    @Override
    public void doFilter(ServletRequest anyRequest, ServletResponse anyResponse, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) anyRequest;
        HttpServletResponse response = (HttpServletResponse) anyResponse;
        long start = LOG.isDebugEnabled() ? System.nanoTime() : 0;
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'self'; frame-ancestors 'none'; base-uri 'none'");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Cache-Control", "no-store");
        try {
            require(request);
            chain.doFilter(request, response);
        } catch (HttpError e) {
            new Exchange(request, response, Map.of(), objects).error(e);
        }
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "{} {} {} {} {} us",
                    request.getRemoteAddr(),
                    request.getMethod(),
                    request.getRequestURI(),
                    response.getStatus(),
                    (System.nanoTime() - start) / 1000);
        }
    }

    private void require(HttpServletRequest request) throws HttpError {
        String host = request.getHeader("Host");
        String name = request.getServerName();
        if (host == null || name == null || !allowed(name.toLowerCase(Locale.ROOT))) {
            throw refused(
                    "this gateway does not answer to the name '"
                            + name
                            + "'; 'hosts' of ai.tenon.http lists those that it answers to");
        }
        String origin = request.getHeader("Origin");
        if (origin != null && !origin.equalsIgnoreCase(request.getScheme() + "://" + host)) {
            throw refused("requests from pages of " + origin + " are not answered");
        }
    }

    private boolean allowed(String name) {
        return hosts.contains(name) || LOOPBACK.matcher(name).matches();
    }

    private static HttpError refused(String message) {
        return new HttpError(403, "REFUSED", message);
    }
}
