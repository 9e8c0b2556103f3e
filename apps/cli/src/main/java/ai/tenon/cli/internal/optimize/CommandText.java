package ai.tenon.cli.internal.optimize;

import java.util.List;
import java.util.stream.Collectors;

/** A command as one would type it into a shell. */
public final class CommandText {
    private CommandText() {}

    /** The arguments behind {@code ./tenon}, quoted where a shell needs it. */
    public static String of(List<String> arguments) {
        return arguments.stream()
                .map(CommandText::quoted)
                .collect(Collectors.joining(" ", "./tenon ", ""));
    }

    private static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9_@%+=:,./-]+")
                ? argument
                : "'" + argument.replace("'", "'\\''") + "'";
    }
}
