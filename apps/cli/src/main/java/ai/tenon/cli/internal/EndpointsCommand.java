package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import picocli.CommandLine.Command;

@Command(name = "endpoints", description = "What is served, and what answers.")
final class EndpointsCommand extends ListCommand {
    EndpointsCommand(Shell shell) {
        super(
                shell,
                "endpoints",
                "name",
                "state",
                "model",
                "backend",
                "pin",
                "check",
                "recipe",
                "served",
                "failed",
                "sinceMillis",
                "reason");
    }
}
