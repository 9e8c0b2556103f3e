package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "rollback", description = "Go back to an older generation.")
final class RollbackCommand extends ChangeCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "GENERATION",
            description = "Its number (default: the one before the current).")
    private long generation;

    RollbackCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected ObjectNode request() {
        return request("rollback").put("generation", generation);
    }
}
