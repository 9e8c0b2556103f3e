package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import picocli.CommandLine.Command;

@Command(
        name = "retired",
        description =
                "What was unloaded lately, and whether it is gone: pending, retired, collected.")
final class RetiredCommand extends ListCommand {
    RetiredCommand(Shell shell) {
        super(shell, "retired", "endpoint", "backend", "state", "sinceMillis");
    }
}
