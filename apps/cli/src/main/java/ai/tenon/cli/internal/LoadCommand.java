package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "load", description = "Let an unloaded endpoint serve again.")
final class LoadCommand extends ChangeCommand {
    @Parameters(paramLabel = "ENDPOINT", description = "Its name.")
    private String name;

    LoadCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected ObjectNode request() {
        return request("load").put("name", name);
    }
}
