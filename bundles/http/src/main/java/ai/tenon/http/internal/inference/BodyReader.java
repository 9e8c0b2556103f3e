package ai.tenon.http.internal.inference;

import ai.tenon.http.internal.Limits;
import ai.tenon.http.internal.web.HttpError;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a request's body into direct memory, within its limits of size and time. */
final class BodyReader {
    private static final int FIRST_GUESS = 64 * 1024;

    private final Limits limits;

    BodyReader(Limits limits) {
        this.limits = limits;
    }

    /**
     * The whole body.
     *
     * @param header bytes before the part that is to be aligned
     */
    ByteBuffer read(HttpServletRequest request, int header, Buffers.Lease lease)
            throws HttpError, IOException {
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equals("identity")) {
            throw new HttpError(
                    415, "INVALID", "a body encoded as " + encoding + " is not understood");
        }
        long announced = request.getContentLengthLong();
        requireSize(announced);
        int start = (Buffers.ALIGNMENT - header % Buffers.ALIGNMENT) % Buffers.ALIGNMENT;
        ByteBuffer body = lease.allocate(start + (announced < 0 ? FIRST_GUESS : announced));
        body.position(start);
        long deadline = System.nanoTime() + limits.bodyMillis() * 1_000_000L;
        ServletInputStream in = request.getInputStream();
        while (announced < 0 || body.hasRemaining()) {
            if (!body.hasRemaining()) {
                body = grown(body, start, lease);
            }
            if (in.read(body) < 0) {
                break;
            }
            requireSize(body.position() - start);
            if (System.nanoTime() > deadline) {
                throw new HttpError(
                        408,
                        "DEADLINE_EXCEEDED",
                        "the body did not arrive within " + limits.bodyMillis() + " ms");
            }
        }
        return body.limit(body.position()).position(start).slice();
    }

    /** A larger buffer with the same bytes; at most by one byte larger than what is allowed. */
    private ByteBuffer grown(ByteBuffer body, int start, Buffers.Lease lease) throws HttpError {
        long size = Math.min(2L * body.capacity(), start + limits.inferBytes() + 1L);
        return lease.allocate(size).put(body.flip());
    }

    private void requireSize(long bytes) throws HttpError {
        if (bytes > limits.inferBytes()) {
            throw new HttpError(
                    413,
                    "INVALID",
                    "the body is longer than " + limits.inferBytes() + " bytes; see 'inferBytes'");
        }
    }
}
