package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.Progress;
import ai.tenon.cli.internal.terminal.Shell;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/**
 * A command: it first makes its result, then shows it, for people or as the one JSON document on
 * standard output.
 *
 * @param <R> the result; Jackson must be able to write it
 */
abstract class Subcommand<R> implements Callable<Integer> {
    protected final Shell shell;
    protected final Progress progress;

    @Option(names = "--json", description = "Print the result as one JSON document.")
    private boolean json;

    @Option(names = "--verbose", description = "Print the stack trace of an error.")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    protected Subcommand(Shell shell) {
        this.shell = shell;
        this.progress = new Progress(shell);
    }

    /** Does the work; nothing of it goes to standard output. */
    protected abstract R execute() throws Exception;

    /** Shows the result to people, on standard output. */
    protected abstract void print(R result);

    /** What is left to do once the result has been shown. */
    protected void afterwards(R result) throws Exception {}

    /** 0 unless the result is a bad one. */
    protected int exitCode(R result) {
        return 0;
    }

    /** Frees what {@link #execute} has opened, whatever came of it. */
    protected void close() {}

    @Override
    public final Integer call() throws Exception {
        try {
            R result = executed();
            if (json) {
                shell.out().println(Json.pretty(result));
            } else {
                print(result);
            }
            shell.out().flush();
            afterwards(result);
            return exitCode(result);
        } finally {
            close();
        }
    }

    private R executed() throws Exception {
        try {
            return execute();
        } finally {
            progress.clear();
        }
    }
}
