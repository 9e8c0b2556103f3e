package ai.tenon.evaluation.internal.device;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Runs samples through one or more executables with the same inputs, on several threads at once,
 * and hands on the answers one sample at a time, in the samples' order. At most one sample per
 * thread is in memory.
 *
 * @param <S> what a sample is
 */
final class SampleRun<S> {
    private final List<Executable> executables;
    private final Iterator<S> samples;
    private final Function<S, Map<String, Tensor>> inputsOf;
    private final Sink<S> sink;
    private final InputCheck check;
    private final CompileMonitor monitor;
    private int taken;
    private int delivered;
    private volatile Throwable failure;

    /** Receives the answers of one sample; the tensors are valid only during the call. */
    @FunctionalInterface
    interface Sink<S> {
        /**
         * @param number of the sample, from 0
         * @param answers outputs by name, of each executable
         */
        void accept(int number, S sample, List<Map<String, Tensor>> answers);
    }

    /**
     * @param source where the samples come from, for messages
     */
    SampleRun(
            List<Executable> executables,
            Iterator<S> samples,
            String source,
            Function<S, Map<String, Tensor>> inputsOf,
            Sink<S> sink,
            CompileMonitor monitor) {
        this.executables = executables;
        this.samples = samples;
        this.inputsOf = inputsOf;
        this.sink = sink;
        this.check = new InputCheck(executables.get(0).signature(), source);
        this.monitor = monitor;
    }

    /**
     * Runs all samples.
     *
     * @param workers how many at once
     * @throws IllegalArgumentException if a sample does not fit; the message names it
     * @throws BackendException if a run failed, or the work was cancelled
     */
    void run(int workers) throws BackendException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i < workers; i++) {
            Thread thread = new Thread(this::work, "tenon-samples-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        work();
        for (Thread thread : threads) {
            join(thread);
        }
        if (failure instanceof BackendException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    private void work() {
        List<ExecutionContext> contexts = new ArrayList<>();
        try {
            // here, since a backend may bind a context to the thread that makes it
            for (Executable executable : executables) {
                contexts.add(executable.newContext());
            }
            RunControl control = new RunControl();
            Turn<S> turn = next();
            while (turn != null) {
                Tensor[] inputs = check.inputs(turn.number, inputsOf.apply(turn.sample));
                for (ExecutionContext context : contexts) {
                    context.run(inputs, control);
                }
                deliver(turn, contexts);
                turn = next();
            }
        } catch (BackendException | RuntimeException | InterruptedException | Error e) {
            // errors too, such as too little memory: the other threads wait for this one's turn
            fail(e);
        } finally {
            contexts.forEach(ExecutionContext::close);
        }
    }

    private record Turn<S>(int number, S sample) {}

    /** The next sample, or null. Not under the lock of delivery: reading goes on meanwhile. */
    private Turn<S> next() throws BackendException {
        synchronized (samples) {
            if (failure != null || !samples.hasNext()) {
                return null;
            }
            monitor.check();
            return new Turn<>(taken++, samples.next());
        }
    }

    private synchronized void deliver(Turn<S> turn, List<ExecutionContext> contexts)
            throws InterruptedException {
        while (delivered != turn.number && failure == null) {
            wait();
        }
        if (failure == null) {
            List<Map<String, Tensor>> answers = new ArrayList<>();
            for (int i = 0; i < contexts.size(); i++) {
                answers.add(outputs(executables.get(i), contexts.get(i)));
            }
            sink.accept(turn.number, turn.sample, answers);
            delivered++;
            notifyAll();
        }
    }

    private static Map<String, Tensor> outputs(Executable executable, ExecutionContext context) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int i = 0; i < executable.signature().outputs().size(); i++) {
            outputs.put(executable.signature().outputs().get(i).name(), context.output(i));
        }
        return outputs;
    }

    /** The first failure counts; where samples fail side by side that may be either. */
    private synchronized void fail(Throwable e) {
        if (failure == null) {
            failure =
                    e instanceof InterruptedException
                            ? new BackendException(
                                    BackendException.ErrorClass.CANCELLED, "interrupted", e)
                            : e;
        }
        notifyAll();
    }

    /** Waits for a worker, whatever happens: it uses what belongs to the caller. */
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
