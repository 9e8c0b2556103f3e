package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "unload",
        description = "Free what an endpoint takes; it stays and answers \"unavailable\".")
final class UnloadCommand extends ChangeCommand {
    @Parameters(paramLabel = "ENDPOINT", description = "Its name.")
    private String name;

    UnloadCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected ObjectNode request() {
        return request("unload").put("name", name);
    }
}
