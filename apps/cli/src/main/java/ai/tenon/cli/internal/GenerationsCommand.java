package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import picocli.CommandLine.Command;

@Command(
        name = "generations",
        description = "What the gateway has been, newest first; rollback goes back to one.")
final class GenerationsCommand extends ListCommand {
    GenerationsCommand(Shell shell) {
        super(
                shell,
                "generations",
                "number",
                "state",
                "cause",
                "createdMillis",
                "bundles",
                "deployments",
                "sha256");
    }
}
