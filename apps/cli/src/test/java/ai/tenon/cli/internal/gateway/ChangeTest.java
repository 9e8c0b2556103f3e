package ai.tenon.cli.internal.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.UserError;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change to a gateway that restarts on another port meanwhile. */
class ChangeTest {
    @TempDir Path data;

    private final List<HttpServer> servers = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private String lastState = "SUCCEEDED";

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(data.resolve("run"));
        Files.writeString(data.resolve("run/token"), "t");
        listen("RESTARTING");
    }

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
    }

    @Test
    void isFollowedToTheGatewayThatComesBack() throws InterruptedException {
        JsonNode operation = run();
        assertEquals("SUCCEEDED", operation.path("state").asText());
        assertEquals(2, servers.size());
        assertEquals("the gateway restarts", told.get(told.size() - 1));
    }

    @Test
    void mayFailAfterTheRestart() {
        lastState = "FAILED";
        UserError error = assertThrows(UserError.class, this::run);
        assertEquals("its version is too old", error.getMessage());
    }

    private JsonNode run() throws InterruptedException {
        return new Change(new Gateway(GatewayAddress.of(data)), told::add)
                .run(Json.object().put("kind", "update"));
    }

    private void listen(String state) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        servers.add(server);
        server.createContext("/", exchange -> answer(exchange, state));
        server.start();
        Files.writeString(
                data.resolve("run/gateway.json"),
                "{\"address\":\"http://127.0.0.1:" + server.getAddress().getPort() + "\"}");
    }

    /** Answers with a state; the first server is gone after its first answer to a poll. */
    private void answer(HttpExchange exchange, String state) throws IOException {
        exchange.getRequestBody().readAllBytes();
        boolean polled = exchange.getRequestMethod().equals("GET");
        byte[] body =
                Json.write(
                                Json.object()
                                        .put("state", state)
                                        .put("message", "its version is too old")
                                        .put("problem", "CONFLICT"))
                        .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
        if (polled && servers.size() == 1) {
            listen(lastState);
        }
    }
}
