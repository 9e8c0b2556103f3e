package ai.tenon.cli.internal.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The semantic-search application of a gateway. */
public final class SearchClient {
    private final Gateway gateway;

    public SearchClient(Gateway gateway) {
        this.gateway = gateway;
    }

    /**
     * The application's own answer: {@code results} with {@code score}, {@code file}, {@code
     * passage}.
     */
    public JsonNode search(String question, int passages) throws InterruptedException {
        return Gateway.json(
                gateway.get(
                        "/apps/semantic-search/search?q="
                                + URLEncoder.encode(question, StandardCharsets.UTF_8)
                                + "&k="
                                + passages));
    }
}
