package ai.tenon.http.internal;

import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.inference.Call;
import ai.tenon.inference.Endpoint;
import ai.tenon.inference.EndpointState;
import ai.tenon.inference.EndpointStatistics;
import ai.tenon.inference.InferenceException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** An endpoint whose outputs are its inputs. */
final class TestEndpoint implements Endpoint {
    private final String name;
    private final Signature signature;
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger held = new AtomicInteger();
    final AtomicLong timeout = new AtomicLong(-1);
    volatile InferenceException failure;
    volatile EndpointState state = EndpointState.SERVING;
    volatile Runnable during = () -> {};

    TestEndpoint(String name, Signature signature) {
        this.name = name;
        this.signature = signature;
    }

    /** One input {@code x0, x1 …} and output {@code y0, y1 …} of unknown length per type. */
    static TestEndpoint of(String name, DataType... types) {
        return new TestEndpoint(
                name,
                new Signature(
                        IntStream.range(0, types.length)
                                .mapToObj(i -> TensorSpec.of("x" + i, types[i], null))
                                .toList(),
                        IntStream.range(0, types.length)
                                .mapToObj(i -> TensorSpec.of("y" + i, types[i], Shape.of(-1)))
                                .toList()));
    }

    /**
     * Waits until no call holds outputs and that many calls are open: a client may have its answer
     * a moment before.
     */
    void awaitIdle(int open) throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            if (held.get() == 0 && opened.get() - closed.get() == open) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError(
                held.get() + " calls hold outputs, " + (opened.get() - closed.get()) + " are open");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public EndpointState state() {
        return state;
    }

    @Override
    public Signature signature() throws InferenceException {
        if (state != EndpointState.SERVING) {
            throw new InferenceException(
                    InferenceException.Code.UNAVAILABLE, "endpoint '" + name + "' is unloaded");
        }
        return signature;
    }

    @Override
    public Call newCall() {
        opened.incrementAndGet();
        return new Echo();
    }

    @Override
    public EndpointStatistics statistics() {
        return new EndpointStatistics(7, 1, 2, 0, 7000, 300, 1_700_000_000_000L);
    }

    private final class Echo implements Call {
        private final Tensor[] tensors = new Tensor[signature.inputs().size()];
        private boolean holds;

        @Override
        public Call input(int index, Tensor tensor) {
            tensors[index] = tensor;
            return this;
        }

        @Override
        public Call timeoutNanos(long nanos) {
            timeout.set(nanos);
            return this;
        }

        @Override
        public void run() throws InferenceException {
            during.run();
            if (failure != null) {
                throw failure;
            }
            holds = true;
            held.incrementAndGet();
        }

        @Override
        public CompletableFuture<Void> runAsync(Executor executor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Tensor output(int index) {
            if (!holds) {
                throw new IllegalStateException("no outputs are held");
            }
            return tensors[index];
        }

        @Override
        public String backend() {
            return "echo@1.0.0";
        }

        @Override
        public void cancel() {}

        @Override
        public void release() {
            if (holds) {
                held.decrementAndGet();
                holds = false;
            }
        }

        @Override
        public void close() {
            release();
            closed.incrementAndGet();
        }
    }
}
