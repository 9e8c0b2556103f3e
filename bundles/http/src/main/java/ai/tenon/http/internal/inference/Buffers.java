package ai.tenon.http.internal.inference;

import ai.tenon.http.internal.web.HttpError;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Direct memory for request bodies and tensors, bounded and used again. Sizes are powers of two; an
 * eighth of the bound is kept for later, the rest is left to the garbage collector.
 */
final class Buffers {
    /** Start of every buffer: a cache line, and what vector instructions like best. */
    static final int ALIGNMENT = 64;

    private static final int SMALLEST = 4096;

    private final long limit;
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong idle = new AtomicLong();
    private final List<Deque<ByteBuffer>> bySize =
            IntStream.range(0, 31)
                    .<Deque<ByteBuffer>>mapToObj(i -> new ConcurrentLinkedDeque<>())
                    .toList();

    /**
     * @param limit bytes that all leases together may take
     */
    Buffers(long limit) {
        this.limit = limit;
    }

    /** A lease, to be closed when the request is over. */
    Lease lease() {
        return new Lease();
    }

    /** What one request has borrowed. */
    final class Lease implements AutoCloseable {
        private final List<ByteBuffer> taken = new ArrayList<>();

        /**
         * A direct, little-endian buffer of exactly that size, with arbitrary contents.
         *
         * @throws HttpError BUSY if other requests take too much at the moment
         */
        ByteBuffer allocate(long bytes) throws HttpError {
            ByteBuffer buffer = take(bytes);
            taken.add(buffer);
            return buffer.slice(0, (int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public void close() {
            taken.forEach(Buffers.this::giveBack);
            taken.clear();
        }
    }

    private ByteBuffer take(long bytes) throws HttpError {
        if (bytes > 1 << 30) {
            throw HttpError.invalid(bytes + " bytes are more than a request can take");
        }
        int size = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, (int) bytes - 1)) << 1);
        ByteBuffer buffer = bySize.get(Integer.numberOfTrailingZeros(size)).poll();
        if (buffer != null) {
            idle.addAndGet(-size);
            return buffer;
        }
        if (held.addAndGet(size) > limit) {
            forgetIdle();
            if (held.get() > limit) {
                held.addAndGet(-size);
                throw HttpError.busy(
                        "the requests that are being served take all of the "
                                + limit
                                + " bytes for requests; try again, or raise 'bufferBytes'");
            }
        }
        return ByteBuffer.allocateDirect(size + ALIGNMENT - 1).alignedSlice(ALIGNMENT);
    }

    private void giveBack(ByteBuffer buffer) {
        int size = Integer.highestOneBit(buffer.capacity());
        if (idle.addAndGet(size) > limit / 8) {
            idle.addAndGet(-size);
            held.addAndGet(-size);
        } else {
            bySize.get(Integer.numberOfTrailingZeros(size)).push(buffer);
        }
    }

    private void forgetIdle() {
        for (Deque<ByteBuffer> buffers : bySize) {
            ByteBuffer buffer;
            while ((buffer = buffers.poll()) != null) {
                int size = Integer.highestOneBit(buffer.capacity());
                idle.addAndGet(-size);
                held.addAndGet(-size);
            }
        }
    }
}
