package ai.tenon.cli.internal.terminal;

import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What surrounds a command.
 *
 * @param out results only
 * @param err everything else
 * @param environment variables; {@code TENON_DATA} is the default data folder, {@code
 *     TENON_STDOUT_TTY} and {@code TENON_STDERR_TTY} are not empty where those are terminals,
 *     {@code TENON_COLUMNS} is their width
 * @param properties the framework's; null for one that is not set
 */
public record Shell(
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        UnaryOperator<String> properties,
        Services services) {
    private static final int DEFAULT_COLUMNS = 79;

    /** A framework property. */
    public Optional<String> property(String name) {
        return Optional.ofNullable(properties.apply(name));
    }

    /** True if standard error is a terminal, so that progress may be drawn and redrawn. */
    public boolean interactive() {
        return isSet("TENON_STDERR_TTY");
    }

    /** True if results may be coloured. */
    public boolean coloured() {
        return isSet("TENON_STDOUT_TTY") && !isSet("NO_COLOR");
    }

    /** Width of the terminal in characters. */
    public int columns() {
        String columns = environment.getOrDefault("TENON_COLUMNS", "");
        return columns.matches("[1-9][0-9]{1,2}") ? Integer.parseInt(columns) : DEFAULT_COLUMNS;
    }

    private boolean isSet(String variable) {
        return !environment.getOrDefault(variable, "").isEmpty();
    }
}
