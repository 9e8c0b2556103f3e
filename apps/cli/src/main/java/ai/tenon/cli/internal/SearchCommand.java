package ai.tenon.cli.internal;

import ai.tenon.cli.internal.gateway.SearchClient;
import ai.tenon.cli.internal.terminal.Shell;
import com.fasterxml.jackson.databind.JsonNode;
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
        return new SearchClient(gateway()).search(String.join(" ", question), passages);
    }

    @Override
    protected void print(JsonNode answer) {
        if (answer.path("results").isEmpty()) {
            shell.out().println("nothing was found");
        }
        for (JsonNode passage : answer.path("results")) {
            shell.out()
                    .printf(
                            "%.3f  %s%n       %s%n",
                            passage.path("score").asDouble(),
                            passage.path("file").asText(),
                            passage.path("passage").asText().strip().replaceAll("\\s+", " "));
        }
    }
}
