package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "swap", description = "Let another backend answer, without losing a request.")
final class SwapCommand extends ChangeCommand {
    @Parameters(paramLabel = "ENDPOINT", description = "Its name.")
    private String name;

    @ArgGroup(multiplicity = "1")
    private Target target;

    static final class Target {
        @Option(
                names = "--backend",
                paramLabel = "B[@VERSION]",
                description = "Pin the endpoint to this backend.")
        private String backend = "";

        @Option(names = "--auto", description = "Unpin it: the profile's preference decides.")
        private boolean auto;
    }

    SwapCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected ObjectNode request() {
        return request("swap").put("name", name).put("backend", target.backend);
    }
}
