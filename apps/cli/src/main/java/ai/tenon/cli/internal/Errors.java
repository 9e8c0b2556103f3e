package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.UserError;
import ai.tenon.management.ManagementException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one sentence on standard error and an exit code. */
final class Errors {
    static final int FAILURE = 1;
    static final int USAGE = 2;

    private final Shell shell;
    private final List<String> argv;

    Errors(Shell shell, List<String> argv) {
        this.shell = shell;
        this.argv = argv;
    }

    /** For arguments that make no sense. */
    int usage(ParameterException error) {
        CommandLine commandLine = error.getCommandLine();
        List<String> similar =
                error instanceof UnmatchedArgumentException unmatched
                        ? unmatched.getSuggestions()
                        : List.of();
        String meant =
                similar.isEmpty() ? "" : " (did you mean " + String.join(" or ", similar) + "?)";
        String what =
                error instanceof UnmatchedArgumentException unmatched
                        ? "'" + unmatched.getUnmatched().get(0) + "' is not known here"
                        : firstLine(error.getMessage()).replaceFirst("^Error: ", "");
        return report(
                what
                        + meant
                        + "; see '"
                        + commandLine.getCommandSpec().qualifiedName()
                        + " --help'",
                error,
                USAGE);
    }

    /** For commands that did not get through. */
    int execution(Exception error) {
        if (error instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return report("stopped", error, FAILURE);
        }
        return report(sentence(error), error, isUsersMatter(error) ? USAGE : FAILURE);
    }

    private static boolean isUsersMatter(Exception error) {
        return error instanceof UserError
                || error instanceof ManagementException refused
                        && UserError.KINDS.contains(refused.kind());
    }

    private int report(String sentence, Exception error, int exitCode) {
        shell.err().println("tenon: " + sentence);
        if (argv.contains("--verbose")) {
            error.printStackTrace(shell.err());
        }
        if (argv.contains("--json")) {
            shell.out().println(Json.write(Json.object().put("error", sentence)));
        }
        shell.err().flush();
        shell.out().flush();
        return exitCode;
    }

    private static String sentence(Exception error) {
        String message = error.getMessage();
        return message == null || message.isBlank()
                ? "failed with " + error.getClass().getSimpleName() + "; --verbose shows where"
                : firstLine(message);
    }

    /** Names in it may be a model's: nothing of them may steer a terminal. */
    private static String firstLine(String text) {
        return text.strip().lines().findFirst().orElse("").replaceAll("[\\p{Cntrl}\\p{Cf}]", " ");
    }
}
