package ai.tenon.cli.internal.gateway;

import ai.tenon.cli.internal.terminal.Failure;
import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.UserError;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A running gateway, over HTTP. Safe for use by several threads. */
public final class Gateway {
    private static final String MANAGEMENT = "/tenon/v1/";
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(120);

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();
    private final GatewayAddress address;

    public Gateway(GatewayAddress address) {
        this.address = address;
    }

    /** Its address, as it stands now. */
    public String base() {
        return address.base();
    }

    /** Reads below the management path, as in {@code endpoints}. */
    public JsonNode list(String what) throws InterruptedException {
        return json(get(MANAGEMENT + what));
    }

    /** Reads any path. */
    public HttpResponse<byte[]> get(String path) throws InterruptedException {
        return checked(send(request(path).GET().build()));
    }

    /** Asks for a change, with the token. */
    public JsonNode change(JsonNode request) throws InterruptedException {
        return json(
                checked(
                        send(
                                request(MANAGEMENT + "operations")
                                        .header("Authorization", "Bearer " + address.secret())
                                        .header("Content-Type", "application/json")
                                        .POST(BodyPublishers.ofString(Json.write(request)))
                                        .build())));
    }

    /** A request to a path of this gateway, to be completed. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address.base() + path)).timeout(ANSWER);
    }

    /**
     * Sends, and returns whatever is answered.
     *
     * @throws UserError if nothing listens there
     * @throws Failure if the connection breaks
     */
    public HttpResponse<byte[]> send(HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (ConnectException e) {
            throw address.silent(e);
        } catch (IOException e) {
            throw new Failure(
                    "the gateway at "
                            + address.base()
                            + " broke off: "
                            + (e.getMessage() == null
                                    ? e.getClass().getSimpleName()
                                    : e.getMessage()),
                    e);
        }
    }

    /** The response, if it is a good one; else its sentence as an error. */
    public static HttpResponse<byte[]> checked(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status < 400) {
            return response;
        }
        String sentence = errorOf(response);
        if (status < 500 && status != 429) {
            throw new UserError(sentence);
        }
        throw new Failure(sentence);
    }

    /** The body as JSON. */
    public static JsonNode json(HttpResponse<byte[]> response) {
        try {
            return Json.read(response.body());
        } catch (IOException e) {
            throw new Failure("the gateway's answer is no JSON; is " + response.uri() + " one?", e);
        }
    }

    private static String errorOf(HttpResponse<byte[]> response) {
        try {
            String sentence = Json.read(response.body()).path("error").asText();
            if (!sentence.isBlank()) {
                return sentence;
            }
        } catch (IOException e) {
            // Not from a gateway: only the status is known.
        }
        return response.uri() + " answered with HTTP status " + response.statusCode();
    }
}
