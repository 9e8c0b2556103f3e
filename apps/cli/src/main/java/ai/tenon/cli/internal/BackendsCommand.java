package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import picocli.CommandLine.Command;

@Command(name = "backends", description = "The backends that are here, in the order of preference.")
final class BackendsCommand extends ListCommand {
    BackendsCommand(Shell shell) {
        super(
                shell,
                "backends",
                "name",
                "version",
                "device",
                "preference",
                "simulated",
                "endpoints",
                "problem");
    }
}
