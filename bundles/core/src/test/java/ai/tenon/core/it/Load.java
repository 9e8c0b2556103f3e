package ai.tenon.core.it;

import ai.tenon.graph.Tensor;
import ai.tenon.inference.Call;
import ai.tenon.inference.Endpoint;
import ai.tenon.inference.InferenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Threads that call an endpoint without a pause and look at every answer. */
final class Load implements AutoCloseable {
    final AtomicInteger served = new AtomicInteger();
    final AtomicInteger wrong = new AtomicInteger();
    final AtomicReference<InferenceException> failure = new AtomicReference<>();
    final Map<String, Integer> byBackend = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stop;

    Load(Endpoint endpoint, int clients) {
        for (int client = 0; client < clients; client++) {
            Thread thread = new Thread(() -> loop(endpoint), "load-" + client);
            threads.add(thread);
            thread.start();
        }
    }

    private void loop(Endpoint endpoint) {
        try (Call call = endpoint.newCall()) {
            call.input(0, Tensor.ofFloats(new float[] {1, 2, 3, 4}, 4));
            while (!stop) {
                try {
                    call.run();
                    for (int i = 0; i < 4; i++) {
                        if (call.output(0).buffer().getFloat(4 * i) != 2 * (i + 1)) {
                            wrong.incrementAndGet();
                        }
                    }
                    served.incrementAndGet();
                    byBackend.merge(call.backend(), 1, Integer::sum);
                    call.release();
                } catch (InferenceException e) {
                    failure.compareAndSet(null, e);
                }
            }
        }
    }

    /** Waits until that many more calls were served. */
    void more(int calls) throws InterruptedException {
        int until = served.get() + calls;
        TestFramework.waitFor(
                calls + " more calls", () -> served.get() >= until || failure.get() != null);
    }

    @Override
    public void close() throws InterruptedException {
        stop = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
