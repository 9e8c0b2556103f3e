package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "configure", description = "Replace the configuration of a component.")
final class ConfigureCommand extends ChangeCommand {
    @Parameters(index = "0", paramLabel = "PID", description = "As in ai.tenon.semantic.search.")
    private String pid;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "KEY=VALUE",
            description =
                    "All its values; a list is written a,b under a key that ends in []. None: back"
                            + " to its defaults.")
    private Map<String, String> values = new TreeMap<>();

    ConfigureCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected ObjectNode request() {
        ObjectNode request = request("configure").put("pid", pid);
        ObjectNode fields = request.putObject("values");
        values.forEach(fields::put);
        return request;
    }
}
