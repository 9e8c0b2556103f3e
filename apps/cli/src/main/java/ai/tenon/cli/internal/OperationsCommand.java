package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import picocli.CommandLine.Command;

@Command(name = "operations", description = "The last changes, newest first.")
final class OperationsCommand extends ListCommand {
    OperationsCommand(Shell shell) {
        super(
                shell,
                "operations",
                "id",
                "kind",
                "subject",
                "state",
                "generation",
                "startedMillis",
                "message");
    }
}
