package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "undeploy", description = "Remove an endpoint.")
final class UndeployCommand extends ChangeCommand {
    @Parameters(paramLabel = "ENDPOINT", description = "Its name.")
    private String name;

    UndeployCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected ObjectNode request() {
        return request("undeploy").put("name", name);
    }
}
