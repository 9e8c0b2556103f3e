package ai.tenon.http.internal.server;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Dictionary;
import java.util.Hashtable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.ConfigurationException;
import org.osgi.service.cm.ManagedServiceFactory;
import org.osgi.service.servlet.runtime.HttpServiceRuntime;

/**
 * One server of Felix HTTP with this bundle's settings.
 *
 * <p>Felix HTTP makes servers as a {@link ManagedServiceFactory}. Calling it directly, and not
 * through Configuration Admin, makes the server listen when the call returns, and leaves no
 * configuration behind that nobody owns.
 */
final class JettyServer {
    /**
     * Framework property without which Felix HTTP starts a server of its own, on all interfaces.
     */
    static final String REQUIRE_CONFIG = "org.apache.felix.http.require.config";

    /** Jetty's acceptor, its selector, and what it keeps in reserve. */
    private static final int OWN_THREADS = 4;

    private static final String NAME = "ai.tenon.http";

    private final ManagedServiceFactory servers;

    /**
     * @param servers Felix HTTP's
     */
    JettyServer(ManagedServiceFactory servers) {
        this.servers = servers;
    }

    /**
     * Starts to listen.
     *
     * @return the port
     * @throws IOException if it cannot; the message says why and what to do
     */
    int start(BundleContext context, Settings settings, int wanted) throws IOException {
        if (!Boolean.parseBoolean(context.getProperty(REQUIRE_CONFIG))) {
            throw new IOException(
                    "the framework property "
                            + REQUIRE_CONFIG
                            + " is not 'true': Felix HTTP would listen on all interfaces by itself;"
                            + " set it in the profile");
        }
        int port = freePort(settings.host(), wanted);
        try {
            servers.updated(NAME, properties(settings, port));
        } catch (ConfigurationException e) {
            throw new IOException("Felix HTTP refuses its configuration", e);
        }
        if (!listens(context)) {
            stop();
            throw new IOException(
                    "the server could not listen on "
                            + settings.host()
                            + ":"
                            + port
                            + "; the log says why");
        }
        return port;
    }

    void stop() {
        servers.deleted(NAME);
    }

    /** Felix HTTP only logs what goes wrong, so what can be known is found out before. */
    private static int freePort(String host, int wanted) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName(host), wanted));
            return probe.getLocalPort();
        } catch (UnknownHostException e) {
            throw new IOException("this machine has no address '" + host + "'; change 'host'", e);
        } catch (BindException e) {
            throw new IOException(
                    "port "
                            + wanted
                            + " of "
                            + host
                            + " cannot be used ("
                            + e.getMessage()
                            + "): stop what uses it, or choose another port with --port, 0 for any"
                            + " free one",
                    e);
        }
    }

    private static Dictionary<String, Object> properties(Settings settings, int port) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("org.apache.felix.http.name", NAME);
        properties.put("org.apache.felix.http.host", settings.host());
        properties.put("org.osgi.service.http.port", Integer.toString(port));
        properties.put("org.apache.felix.http.timeout", settings.idleMillis());
        properties.put(
                "org.apache.felix.http.jetty.threadpool.max", settings.threads() + OWN_THREADS);
        properties.put("org.apache.felix.http.jetty.acceptors", 1);
        properties.put("org.apache.felix.http.jetty.selectors", 1);
        properties.put("org.apache.felix.http.jetty.headerBufferSize", settings.headerBytes());
        properties.put("org.apache.felix.http.jetty.sendServerHeader", false);
        properties.put("org.apache.felix.http.session.timeout", 1);
        return properties;
    }

    private static boolean listens(BundleContext context) {
        try {
            return !context.getServiceReferences(
                            HttpServiceRuntime.class, "(org.apache.felix.http.name=" + NAME + ")")
                    .isEmpty();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
