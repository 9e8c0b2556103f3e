package ai.tenon.cli.internal.gateway;

import ai.tenon.cli.internal.terminal.Shell;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which gateway a command talks to. */
public final class GatewayOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The gateway's data folder (default: $TENON_DATA, else ./data).")
    private Path data;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The gateway's address, instead of what its data folder says.")
    private URI url;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "The gateway's token, instead of what its data folder says.")
    private String token;

    /** The gateway that is meant. */
    public Gateway gateway(Shell shell) {
        return new Gateway(
                new GatewayAddress(
                        dataFolder(shell, data),
                        Optional.ofNullable(url),
                        Optional.ofNullable(token)));
    }

    /** The data folder that is meant, chosen by option, environment or default. */
    public static Path dataFolder(Shell shell, Path option) {
        String fallback = shell.environment().getOrDefault("TENON_DATA", "data");
        return (option == null ? Path.of(fallback) : option).toAbsolutePath().normalize();
    }
}
