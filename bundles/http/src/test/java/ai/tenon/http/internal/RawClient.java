package ai.tenon.http.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Sends what no well-behaved client sends. */
final class RawClient implements AutoCloseable {
    private final Socket socket;

    RawClient(String address) throws IOException {
        URI uri = URI.create(address);
        socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(10_000);
    }

    /** Sends lines, each with CR LF behind it. */
    RawClient send(String... lines) throws IOException {
        return raw(String.join("\r\n", lines) + "\r\n");
    }

    RawClient raw(String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return this;
    }

    /** All that the server sends until it closes the connection. */
    String answer() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** The whole answer to one request. */
    static String exchange(String address, String... lines) throws IOException {
        try (RawClient client = new RawClient(address)) {
            return client.send(lines).send("Connection: close", "").answer();
        }
    }
}
