package ai.tenon.cpu.internal.engine;

import ai.tenon.backend.RunControl;

/** A program with the memory that it runs in. Used by one thread at a time. */
public final class Run implements AutoCloseable {
    /** How a run ended. */
    public enum Outcome {
        DONE,
        FAILED,
        STOPPED
    }

    private final Program program;
    private long handle;

    /**
     * @param weights address of the packed weights
     * @param arena address of the working memory
     * @param pointers address of the table of addresses of inputs, then outputs
     */
    public Run(
            Engine engine,
            Program program,
            long weights,
            long arena,
            long pointers,
            int inputs,
            int threads) {
        this.program = program;
        program.retain();
        handle =
                Library.newRun(
                        program.handle(), weights, arena, pointers, inputs, engine.pool(), threads);
        if (handle == 0) {
            program.release();
            throw new OutOfMemoryError("no native memory for a run");
        }
    }

    /** Runs the program once, on the caller's thread and those that help. */
    public Outcome run(RunControl control) {
        return outcome(Library.run(handle, control));
    }

    /**
     * As {@link #run}, and notes the nanoseconds that each operator took.
     *
     * @param nanos as long as the program has operators
     */
    public Outcome profile(RunControl control, long[] nanos) {
        return outcome(Library.profile(handle, control, nanos));
    }

    private static Outcome outcome(int number) {
        return number == Library.DONE
                ? Outcome.DONE
                : number == Library.STOPPED ? Outcome.STOPPED : Outcome.FAILED;
    }

    /** What went wrong in the last run. */
    public String error() {
        return Library.error(handle);
    }

    /** The operator at which the last run ended, counted from 0. */
    public int at() {
        return (int) Library.at(handle);
    }

    @Override
    public void close() {
        if (handle != 0) {
            Library.freeRun(handle);
            program.release();
            handle = 0;
        }
    }
}
