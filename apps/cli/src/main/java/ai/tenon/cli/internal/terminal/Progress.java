package ai.tenon.cli.internal.terminal;

import java.io.PrintStream;

/** What is being done, on standard error: redrawn in place on a terminal, else a line per step. */
public final class Progress {
    private static final int BAR = 24;
    private static final long QUIET_NANOS = 2_000_000_000L;

    private final PrintStream err;
    private final boolean interactive;
    private final int width;
    private String last = "";
    private long lastNanos;

    public Progress(Shell shell) {
        this.err = shell.err();
        this.interactive = shell.interactive();
        this.width = shell.columns() - 1;
    }

    /** Says what is being done now; a text that was said last is not repeated. */
    public synchronized void step(String text) {
        if (interactive) {
            draw(text);
        } else if (!text.equals(last)) {
            err.println(text);
        }
        last = text;
    }

    /**
     * Says how far it is: on a terminal as a bar, elsewhere as a line every few seconds at most.
     *
     * @param text beside the bar
     * @param step the line
     * @param done 0 to 1
     */
    public synchronized void bar(String text, String step, double done) {
        if (interactive) {
            bar(text, done);
        } else if (lastNanos == 0 || System.nanoTime() - lastNanos > QUIET_NANOS) {
            lastNanos = System.nanoTime();
            step(step);
        }
    }

    /**
     * Says how far it is; drawn only on a terminal.
     *
     * @param done 0 to 1
     */
    public synchronized void bar(String text, double done) {
        if (interactive) {
            int full = (int) Math.round(BAR * Math.max(0, Math.min(1, done)));
            draw("[" + "#".repeat(full) + ".".repeat(BAR - full) + "] " + text);
        }
    }

    /** Leaves the line free for what follows. */
    public synchronized void clear() {
        if (interactive) {
            draw("");
            err.print('\r');
            err.flush();
        }
    }

    private void draw(String text) {
        String line = text.length() > width ? text.substring(0, width) : text;
        err.print("\r" + line + " ".repeat(width - line.length()));
        err.flush();
    }
}
