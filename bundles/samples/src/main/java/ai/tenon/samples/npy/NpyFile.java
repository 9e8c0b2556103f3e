package ai.tenon.samples.npy;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.file.Path;

/**
 * A {@code .npy} file whose outermost dimension counts samples; they are read one by one, so the
 * file may be larger than the memory. Messages of errors go on where the file's name ends.
 */
public final class NpyFile {
    private final Path path;
    private final NpyHeader header;
    private final long[] sampleShape;
    private final int sampleBytes;
    private final long start;

    private NpyFile(Path path, NpyHeader header, int sampleBytes, long start) {
        this.path = path;
        this.header = header;
        this.sampleShape = sampleShape(header);
        this.sampleBytes = sampleBytes;
        this.start = start;
    }

    /**
     * Reads the header.
     *
     * @throws IOException if it is no such file, has no dimension that counts samples, has not as
     *     many elements as it says, or has samples that are too large
     */
    public static NpyFile open(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            NpyHeader header = NpyHeader.read(Channels.newInputStream(file.getChannel()));
            if (header.shape().length == 0) {
                throw new IOException("holds a single number; its outermost axis counts samples");
            }
            long count = header.shape()[0];
            long bytes = header.bytesOf(sampleShape(header));
            if (bytes > Npy.LARGEST || count > Integer.MAX_VALUE) {
                throw new IOException(
                        "has "
                                + count
                                + " samples of "
                                + bytes
                                + " bytes; 2147483647 of "
                                + Npy.LARGEST
                                + " bytes are allowed");
            }
            long start = file.getFilePointer();
            if (file.length() - start != count * bytes) {
                throw new IOException(
                        "has "
                                + (file.length() - start)
                                + " bytes behind its header, and "
                                + count
                                + " samples of "
                                + bytes
                                + " bytes in it");
            }
            return new NpyFile(path, header, (int) bytes, start);
        }
    }

    /** Number of samples. */
    public int size() {
        return (int) header.shape()[0];
    }

    /** The elements' type. */
    public DataType type() {
        return header.type();
    }

    /** Shape of one sample: that of the file with the outermost dimension 1. */
    public long[] shape() {
        return sampleShape.clone();
    }

    /**
     * Reads one sample.
     *
     * @throws IOException if it cannot be read
     */
    public Tensor read(int sample) throws IOException {
        byte[] bytes = new byte[sampleBytes];
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(start + (long) sample * sampleBytes);
            file.readFully(bytes);
        }
        return header.tensor(sampleShape, bytes);
    }

    private static long[] sampleShape(NpyHeader header) {
        long[] shape = header.shape().clone();
        shape[0] = 1;
        return shape;
    }
}
