package ai.tenon.http.internal.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.http.internal.web.HttpError;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Memory for requests is bounded and used again. */
class BuffersTest {
    @Test
    void buffersAreDirectAlignedAndOfTheirSize() throws Exception {
        try (Buffers.Lease lease = new Buffers(1 << 20).lease()) {
            for (int size : new int[] {0, 1, 4096, 4097, 100_000}) {
                ByteBuffer buffer = lease.allocate(size);
                assertTrue(buffer.isDirect());
                assertEquals(size, buffer.remaining());
                assertEquals(0, buffer.alignmentOffset(0, Buffers.ALIGNMENT));
            }
        }
    }

    @Test
    void whatIsGivenBackIsUsedAgain() throws Exception {
        Buffers buffers = new Buffers(1 << 20);
        try (Buffers.Lease first = buffers.lease()) {
            first.allocate(5000).putLong(0, 0x7E57);
        }
        try (Buffers.Lease second = buffers.lease()) {
            assertEquals(0x7E57, second.allocate(8000).getLong(0));
        }
    }

    @Test
    void allLeasesTogetherAreBounded() throws Exception {
        Buffers buffers = new Buffers(64 * 1024);
        try (Buffers.Lease first = buffers.lease();
                Buffers.Lease second = buffers.lease()) {
            first.allocate(32 * 1024);
            second.allocate(32 * 1024);
            assertEquals(429, assertThrows(HttpError.class, () -> second.allocate(1)).status());
        }
        // small ones that lie idle make room for a large one
        try (Buffers.Lease small = buffers.lease()) {
            small.allocate(4096);
            small.allocate(4096);
        }
        try (Buffers.Lease large = buffers.lease()) {
            assertEquals(64 * 1024, large.allocate(64 * 1024).remaining());
        }
        try (Buffers.Lease tooLarge = buffers.lease()) {
            assertThrows(HttpError.class, () -> tooLarge.allocate(1L << 40));
        }
    }
}
