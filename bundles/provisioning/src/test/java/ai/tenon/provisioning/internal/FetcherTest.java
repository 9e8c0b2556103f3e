package ai.tenon.provisioning.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetcherTest {
    @TempDir Path folder;
    private HttpServer server;
    private URI base;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        base = URI.create("http://localhost:" + server.getAddress().getPort());
        answer("/jar", 200, null);
        answer("/near", 302, "/jar");
        answer("/far", 302, "file:///etc/passwd");
        answer("/loop", 302, "/loop");
        server.start();
    }

    private void answer(String path, int status, String location) {
        server.createContext(
                path,
                exchange -> {
                    if (location != null) {
                        exchange.getResponseHeaders().add("Location", location);
                    }
                    byte[] body = "content".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static Kind refused(URI uri, String sha256) {
        return assertThrows(ManagementException.class, () -> Fetcher.open(uri, sha256).close())
                .kind();
    }

    @Test
    void redirectsStayWithinTheirScheme() throws Exception {
        try (InputStream in = Fetcher.open(base.resolve("/near"), "hash")) {
            assertEquals("content", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals(Kind.REFUSED, refused(base.resolve("/far"), "hash"));
        assertEquals(Kind.FAILED, refused(base.resolve("/loop"), "hash"));
        assertEquals(Kind.FAILED, refused(base.resolve("/missing"), "hash"));
    }

    @Test
    void theNetworkNeedsAHash() {
        assertEquals(Kind.INVALID, refused(base.resolve("/jar"), ""));
    }

    @Test
    void onlyFilesThatAreThere() {
        assertEquals(Kind.NOT_FOUND, refused(folder.resolve("none").toUri(), ""));
        assertEquals(Kind.NOT_FOUND, refused(folder.toUri(), ""));
        assertEquals(Kind.INVALID, refused(URI.create("ftp://host/a"), ""));
        assertEquals(Kind.INVALID, refused(URI.create("file:relative"), ""));
    }
}
