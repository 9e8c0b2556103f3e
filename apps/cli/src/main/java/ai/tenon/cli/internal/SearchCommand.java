package ai.tenon.cli.internal;

import ai.tenon.cli.internal.gateway.Gateway;
import ai.tenon.cli.internal.terminal.Shell;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "search",
        description = "Ask the semantic-search application of a gateway for passages.")
final class SearchCommand extends GatewayCommand<JsonNode> {
    @Parameters(arity = "1..*", paramLabel = "QUESTION", description = "In plain words.")
    private List<String> question;

    @Option(
            names = {"-k", "--passages"},
            paramLabel = "N",
            description = "How many passages (default: ${DEFAULT-VALUE}).")
    private int passages = 5;

    SearchCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected JsonNode execute() throws Exception {
        return search(gateway(), String.join(" ", question), passages);
    }

    /** Asks, and returns the application's own answer. */
    static JsonNode search(Gateway gateway, String question, int passages)
            throws InterruptedException {
        return Gateway.json(
                gateway.get(
                        "/apps/semantic-search/search?q="
                                + URLEncoder.encode(question, StandardCharsets.UTF_8)
                                + "&k="
                                + passages));
    }

    @Override
    protected void print(JsonNode answer) {
        for (JsonNode passage : answer.path("results")) {
            shell.out()
                    .printf(
                            "%.3f  %s%n       %s%n",
                            passage.path("score").asDouble(),
                            passage.path("source").asText(),
                            passage.path("text").asText().strip().replaceAll("\\s+", " "));
        }
    }
}
