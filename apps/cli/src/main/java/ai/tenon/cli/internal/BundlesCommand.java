package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import picocli.CommandLine.Command;

@Command(name = "bundles", description = "The bundles of the current generation.")
final class BundlesCommand extends ListCommand {
    BundlesCommand(Shell shell) {
        super(
                shell,
                "bundles",
                "symbolicName",
                "version",
                "startLevel",
                "state",
                "sha256",
                "restart",
                "problem");
    }
}
