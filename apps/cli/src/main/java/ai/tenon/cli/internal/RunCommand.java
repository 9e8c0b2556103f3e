package ai.tenon.cli.internal;

import ai.tenon.cli.internal.gateway.Distributions;
import ai.tenon.cli.internal.gateway.GatewayOptions;
import ai.tenon.cli.internal.gateway.GatewayProcess;
import ai.tenon.cli.internal.terminal.Shell;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "run", description = "Run a gateway in the foreground until Ctrl-C.")
final class RunCommand extends Subcommand<Map<String, Integer>> {
    @Option(
            names = "--profile",
            paramLabel = "P",
            description =
                    "Which one; see 'tenon profiles' (default: the full one for this machine).")
    private String profile = Distributions.defaultProfile();

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "The port to listen on, 0 for any that is free (default: as configured).")
    private Integer port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The data folder (default: $TENON_DATA, else ./data).")
    private Path data;

    RunCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected Map<String, Integer> execute() throws Exception {
        try (GatewayProcess gateway =
                GatewayProcess.of(
                        Distributions.of(shell).gateway(profile),
                        GatewayOptions.dataFolder(shell, data),
                        Optional.ofNullable(port),
                        Optional.empty())) {
            gateway.start();
            return Map.of("exitCode", gateway.await());
        }
    }

    @Override
    protected void print(Map<String, Integer> result) {
        // The gateway has said what there was to say.
    }

    @Override
    protected int exitCode(Map<String, Integer> result) {
        return result.get("exitCode");
    }
}
