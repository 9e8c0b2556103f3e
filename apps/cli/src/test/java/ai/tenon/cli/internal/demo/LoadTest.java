package ai.tenon.cli.internal.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.cli.internal.gateway.Gateway;
import ai.tenon.cli.internal.gateway.GatewayAddress;
import ai.tenon.graph.Tensor;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The load against a server that answers with one number. */
class LoadTest {
    private volatile int status = 200;
    private volatile float answer = 1;
    private volatile String backend = "a@1.0.0";
    private HttpServer server;
    private Load load;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v2/models/one/infer", this::infer);
        server.start();
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        Gateway gateway =
                new Gateway(
                        new GatewayAddress(Path.of("."), Optional.of(address), Optional.empty()));
        Tensor one = Tensor.ofFloats(new float[] {1}, 1);
        load = new Load(gateway, "one", List.of(new Golden(Map.of("x", one), one)));
        load.start();
    }

    @AfterEach
    void stop() {
        load.close();
        server.stop(0);
    }

    @Test
    void seesWhichBackendAnswersFromNowOn() throws InterruptedException {
        load.awaitAnswerFrom("a@1.0.0"::equals, "a");
        backend = "b@1.0.0";
        load.awaitAnswerFrom("b@1.0.0"::equals, "b");
        assertEquals("b@1.0.0", load.backend());
        assertEquals(0, load.counts().failed());
        assertTrue(load.counts().served() >= 2);
    }

    @Test
    void countsAnswersThatChanged() throws InterruptedException {
        answer = 1.002f;
        load.awaitAnswerFrom("a@1.0.0"::equals, "a");
        assertTrue(load.counts().changed() > 0);
        assertTrue(load.problem().contains("another answer"), load.problem());
    }

    @Test
    void unavailableIsAFailureUnlessItIsExpected() throws InterruptedException {
        load.awaitAnswerFrom("a@1.0.0"::equals, "a");
        load.allowUnavailable(true);
        status = 503;
        load.awaitUnavailable();
        assertEquals(0, load.counts().failed());
        assertTrue(load.counts().unavailable() > 0);
        status = 200;
        load.awaitAnswerFrom("a@1.0.0"::equals, "a");
        load.allowUnavailable(false);
        status = 503;
        while (load.counts().failed() == 0) {
            Thread.sleep(1);
        }
        assertEquals("gone fishing", load.problem());
    }

    @Test
    void asksNothingWhilePaused() throws InterruptedException {
        load.awaitAnswerFrom("a@1.0.0"::equals, "a");
        load.pause();
        long served = load.counts().served();
        server.stop(0);
        Thread.sleep(50);
        assertEquals(served, load.counts().served());
        assertEquals(0, load.counts().failed());
    }

    private void infer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] body;
        if (status == 200) {
            String header =
                    "{\"parameters\":{\"backend\":\""
                            + backend
                            + "\"},\"outputs\":[{\"name\":\"last_hidden_state\",\"datatype\":\"FP32\","
                            + "\"shape\":[1],\"parameters\":{\"binary_data_size\":4}}]}";
            exchange.getResponseHeaders()
                    .set("Inference-Header-Content-Length", Integer.toString(header.length()));
            int bits = Float.floatToIntBits(answer);
            body = (header + "....").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 4; i++) {
                body[header.length() + i] = (byte) (bits >> 8 * i);
            }
        } else {
            body = "{\"error\":\"gone fishing\"}".getBytes(StandardCharsets.US_ASCII);
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
