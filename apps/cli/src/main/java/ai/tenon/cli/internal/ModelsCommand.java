package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import picocli.CommandLine.Command;

@Command(name = "models", description = "The models in the gateway's store.")
final class ModelsCommand extends ListCommand {
    ModelsCommand(Shell shell) {
        super(shell, "models", "fileName", "sha256", "bytes");
    }
}
