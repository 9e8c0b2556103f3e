package ai.tenon.cli.internal.gateway;

import ai.tenon.cli.internal.terminal.Failure;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.UserError;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All profiles' distributions, side by side in one folder. */
public final class Distributions {
    private static final String PROFILE = "profile.properties";

    private final Path folder;

    private Distributions(Path folder) {
        this.folder = folder;
    }

    /** Those beside the toolbox that runs. */
    public static Distributions of(Shell shell) {
        return shell.property("ai.tenon.distributions")
                .map(folder -> new Distributions(Path.of(folder)))
                .orElseThrow(
                        () ->
                                new Failure(
                                        "the launcher did not say where the distributions are;"
                                                + " start with the script 'tenon'"));
    }

    /** The folder that holds them. */
    public Path folder() {
        return folder;
    }

    /** Those that run a gateway, by name. */
    public List<Distribution> gateways() {
        List<Distribution> found = new ArrayList<>();
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : children.filter(c -> Files.exists(c.resolve(PROFILE))).toList()) {
                Properties properties = new Properties();
                try (Reader reader = Files.newBufferedReader(child.resolve(PROFILE))) {
                    properties.load(reader);
                }
                if (!"command".equals(properties.getProperty("mode"))) {
                    found.add(
                            new Distribution(
                                    child.getFileName().toString(),
                                    properties.getProperty("description", ""),
                                    child));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure(
                    "the profiles in " + folder + " cannot be read: " + e.getMessage(), e);
        }
        found.sort(Comparator.comparing(Distribution::name));
        return found;
    }

    /** The one of that name. */
    public Distribution gateway(String name) {
        List<Distribution> all = gateways();
        return all.stream()
                .filter(distribution -> distribution.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UserError(
                                        "there is no profile '"
                                                + name
                                                + "'; there are: "
                                                + all.stream()
                                                        .map(Distribution::name)
                                                        .collect(Collectors.joining(", "))));
    }

    /** The name of the full gateway's profile for this machine. */
    public static String defaultProfile() {
        return System.getProperty("os.arch").equals("aarch64") ? "gateway-arm64" : "gateway-x86_64";
    }
}
