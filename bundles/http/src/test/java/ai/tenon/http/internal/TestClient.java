package ai.tenon.http.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A client of the gateway whose data folder it can read. */
final class TestClient {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper json = new ObjectMapper();
    private final Path run;
    final String address;
    final String token;

    TestClient(Path data) throws IOException {
        run = data.resolve("run");
        address = gateway().get("address").asText();
        token = Files.readString(run.resolve("token")).trim();
    }

    JsonNode gateway() throws IOException {
        return json.readTree(Files.readString(run.resolve("gateway.json")));
    }

    record Answer(int status, HttpResponse<byte[]> response, JsonNode json) {
        String error() {
            return json.path("error").asText();
        }
    }

    Answer get(String path) throws Exception {
        return send("GET", path, null);
    }

    Answer post(String path, String body, String... headers) throws Exception {
        return send("POST", path, body.getBytes(), headers);
    }

    Answer change(String method, String path, String body) throws Exception {
        return send(
                method,
                path,
                body == null ? null : body.getBytes(),
                "Authorization",
                "Bearer " + token);
    }

    Answer send(String method, String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address + path))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<byte[]> response =
                client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        int length =
                response.headers()
                        .firstValue("Inference-Header-Content-Length")
                        .map(Integer::parseInt)
                        .orElse(response.body().length);
        return new Answer(
                response.statusCode(),
                response,
                json.readTree(Arrays.copyOf(response.body(), length)));
    }
}
