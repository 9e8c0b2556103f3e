package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(name = "version", description = "The version of this distribution.")
final class VersionCommand extends Subcommand<Map<String, String>> {
    VersionCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected Map<String, String> execute() {
        return Map.of(
                "version", shell.property("ai.tenon.version").orElse("unknown"),
                "java", Runtime.version().toString());
    }

    @Override
    protected void print(Map<String, String> result) {
        shell.out().println("tenon " + result.get("version") + " on Java " + result.get("java"));
    }
}
