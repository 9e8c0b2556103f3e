package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Speaks a gateway's HTTP on a free port: one endpoint that doubles, and changes that take two
 * polls.
 */
final class ContractGateway implements AutoCloseable {
    static final String TOKEN = "s3cret";

    final List<JsonNode> changes = new ArrayList<>();
    private final HttpServer server;
    private int polls;

    ContractGateway(Path data) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
        Path run = Files.createDirectories(data.resolve("run"));
        Files.writeString(run.resolve("gateway.json"), "{\"address\":\"" + address() + "\"}");
        Files.writeString(run.resolve("token"), TOKEN + "\n");
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (path.equals("/tenon/v1/endpoints")) {
            answer(
                    exchange,
                    200,
                    "[{\"name\":\"double\",\"state\":\"SERVING\",\"model\":\"double.onnx\","
                            + "\"backend\":\"reference@1.0.0\",\"served\":12,\"failed\":0,"
                            + "\"sinceMillis\":0,\"reason\":\"\"},"
                            + "{\"name\":\"cut\",\"state\":\"SERVING\",\"model\":\"cut.onnx\","
                            + "\"modelSha256\":\"abc\",\"backend\":\"cpu@1.0.0 + ort@1.0.0\","
                            + "\"placement\":\"2 parts: cpu@1.0.0 1 node; ort@1.0.0 1 node\","
                            + "\"parts\":[{\"backend\":\"cpu@1.0.0\",\"nodes\":["
                            + "{\"node\":\"Conv 'c\\u001b[2J'\",\"why\":\"\"}]},"
                            + "{\"backend\":\"ort@1.0.0\",\"nodes\":["
                            + "{\"node\":\"TopK 't'\",\"why\":\"cpu@1.0.0: no TopK\"}]}]}]");
        } else if (path.equals("/tenon/v1/models")) {
            answer(
                    exchange,
                    200,
                    "[{\"fileName\":\"cut.onnx\",\"sha256\":\"abc\",\"bytes\":7},"
                            + "{\"fileName\":\"spare.onnx\",\"sha256\":\"def\",\"bytes\":8}]");
        } else if (path.equals("/tenon/v1/operations")) {
            submit(exchange, body);
        } else if (path.startsWith("/tenon/v1/operations/")) {
            answer(exchange, 200, operation(++polls < 2 ? "RUNNING" : "SUCCEEDED", "it is done"));
        } else if (path.equals("/v2/models/double")) {
            answer(
                    exchange,
                    200,
                    "{\"name\":\"double\",\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\","
                            + "\"shape\":[-1]}],\"outputs\":[]}");
        } else if (path.equals("/v2/models/double/infer")) {
            infer(exchange, body);
        } else {
            answer(
                    exchange,
                    404,
                    "{\"error\":\"there is no " + path + "\",\"kind\":\"NOT_FOUND\"}");
        }
    }

    private void submit(HttpExchange exchange, byte[] body) throws IOException {
        if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, "{\"error\":\"the token is wrong\",\"kind\":\"REFUSED\"}");
            return;
        }
        JsonNode request = Json.read(body);
        changes.add(request);
        if (request.path("name").asText().equals("broken")) {
            answer(exchange, 202, operation("FAILED", "the backend gave up"));
        } else {
            answer(exchange, 202, operation("WAITING", ""));
        }
    }

    private static String operation(String state, String message) {
        return Json.write(
                Json.object()
                        .put("state", state)
                        .put("message", message)
                        .put("problem", state.equals("FAILED") ? "FAILED" : null));
    }

    private static void infer(HttpExchange exchange, byte[] body) throws IOException {
        int length =
                Integer.parseInt(
                        exchange.getRequestHeaders().getFirst("Inference-Header-Content-Length"));
        JsonNode input = Json.read(Arrays.copyOf(body, length)).path("inputs").get(0);
        ByteBuffer data =
                ByteBuffer.wrap(body, length, body.length - length).order(ByteOrder.LITTLE_ENDIAN);
        int size = data.remaining();
        String header =
                "{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":"
                        + input.path("shape")
                        + ",\"parameters\":{\"binary_data_size\":"
                        + size
                        + "}}]}";
        ByteBuffer answer =
                ByteBuffer.allocate(header.length() + size).order(ByteOrder.LITTLE_ENDIAN);
        answer.put(header.getBytes(StandardCharsets.US_ASCII));
        while (data.hasRemaining()) {
            answer.putFloat(2 * data.getFloat());
        }
        exchange.getResponseHeaders()
                .set("Inference-Header-Content-Length", Integer.toString(header.length()));
        send(exchange, 200, answer.array());
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        send(exchange, status, json.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
