package ai.tenon.cpu.internal.engine;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Native memory with one owner: reserved as a whole, taken from the system where it is touched. */
public final class Memory implements AutoCloseable {
    private final long bytes;
    private long address;

    private Memory(long address, long bytes) {
        this.address = address;
        this.bytes = bytes;
    }

    /**
     * Memory filled with zeros, aligned to a page.
     *
     * @param bytes 0 is taken for 1
     * @throws BackendException of class RETRYABLE if there is none
     */
    public static Memory reserve(long bytes) throws BackendException {
        long size = Math.max(bytes, 1);
        long address = Library.reserve(size);
        if (address == 0) {
            throw new BackendException(
                    ErrorClass.RETRYABLE, "there is no memory for " + size + " bytes");
        }
        return new Memory(address, size);
    }

    /**
     * The first byte's address.
     *
     * @throws IllegalStateException if it was released
     */
    public synchronized long address() {
        if (address == 0) {
            throw new IllegalStateException("native memory was released already");
        }
        return address;
    }

    public long bytes() {
        return bytes;
    }

    /** A view, little-endian; valid as long as this memory is. */
    public ByteBuffer view(long offset, long length) {
        if (offset < 0 || length < 0 || offset + length > bytes) {
            throw new IllegalArgumentException(
                    offset + " + " + length + " is not within " + bytes + " bytes");
        }
        return Library.buffer(address() + offset, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Lets the first bytes be those of a file, read when they are touched. */
    public boolean map(Path file, long fileOffset, long length) {
        return length <= bytes && Library.mapOver(file.toString(), fileOffset, length, address());
    }

    /** Gives the memory back; harmless if that was done already. */
    @Override
    public synchronized void close() {
        if (address != 0) {
            Library.release(address, bytes);
            address = 0;
        }
    }
}
