package ai.tenon.cli.internal.npy;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Tensors in NumPy's files: {@code .npy} holds one, {@code .npz} several by name. Messages of
 * errors go on where the file's name ends.
 */
public final class Npy {
    /** The most that one tensor may take. */
    public static final int LARGEST = 256 * 1024 * 1024;

    private static final int MOST_ENTRIES = 256;
    private static final String EXTENSION = ".npy";

    private Npy() {}

    /**
     * Reads a {@code .npy} file.
     *
     * @throws IOException if it is none, holds what no tensor can hold, or is too large
     */
    public static Tensor read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        }
    }

    /**
     * Reads a {@code .npz} file.
     *
     * @return tensors by name, in the file's order
     * @throws IOException if it is none, or one of its tensors cannot be read
     */
    public static Map<String, Tensor> readAll(Path file) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        long total = 0;
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String name = entry.getName().replaceAll("\\.npy$", "");
                Tensor tensor = read(zip);
                total += tensor.byteSize();
                if (total > LARGEST || tensors.size() == MOST_ENTRIES) {
                    throw new IOException(
                            "holds more than "
                                    + MOST_ENTRIES
                                    + " tensors or "
                                    + LARGEST
                                    + " bytes");
                }
                tensors.put(name, tensor);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("is a broken zip file", e);
        }
        if (tensors.isEmpty()) {
            throw new IOException("is no .npz file, or holds nothing; write it with numpy.savez");
        }
        return tensors;
    }

    /** Writes a {@code .npy} file. */
    public static void write(Tensor tensor, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            write(tensor, out);
        }
    }

    /** Writes a {@code .npz} file. */
    public static void writeAll(Map<String, Tensor> tensors, Path file) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
                zip.putNextEntry(new ZipEntry(tensor.getKey() + EXTENSION));
                write(tensor.getValue(), zip);
                zip.closeEntry();
            }
        }
    }

    /** Reads one tensor, which must end where the stream ends. */
    static Tensor read(InputStream in) throws IOException {
        NpyHeader header = NpyHeader.read(in);
        long size;
        try {
            size = header.type().bytes(Tensor.elements(header.shape()));
        } catch (IllegalArgumentException e) {
            throw new IOException("is too large: " + e.getMessage(), e);
        }
        if (size > LARGEST) {
            throw new IOException("takes " + size + " bytes; " + LARGEST + " are allowed");
        }
        byte[] bytes = in.readNBytes((int) size);
        if (bytes.length < size) {
            throw new IOException("ends after " + bytes.length + " of " + size + " bytes");
        }
        if (in.read() >= 0) {
            throw new IOException("goes on behind its " + size + " bytes");
        }
        if (header.bigEndian()) {
            reverse(bytes, header.type());
        }
        return Tensor.of(header.type(), header.shape(), ByteBuffer.wrap(bytes));
    }

    static void write(Tensor tensor, OutputStream out) throws IOException {
        out.write(new NpyHeader(tensor.type(), false, tensor.shape()).bytes());
        byte[] bytes = new byte[tensor.byteSize()];
        tensor.buffer().get(0, bytes);
        out.write(bytes);
    }

    private static void reverse(byte[] bytes, DataType type) {
        int width = type.bits() / Byte.SIZE;
        for (int start = 0; start < bytes.length; start += width) {
            for (int i = 0; i < width / 2; i++) {
                byte swapped = bytes[start + i];
                bytes[start + i] = bytes[start + width - 1 - i];
                bytes[start + width - 1 - i] = swapped;
            }
        }
    }
}
