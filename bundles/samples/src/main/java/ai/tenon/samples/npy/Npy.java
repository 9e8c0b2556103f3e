package ai.tenon.samples.npy;

import ai.tenon.graph.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
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
            return read(in, LARGEST);
        }
    }

    /**
     * The name of the {@code .npy} file for an input or output. Names are the model's, so nothing
     * of them may lead out of a folder.
     */
    public static String fileName(String name) {
        return name.replaceAll("[^A-Za-z0-9._-]|^\\.+", "_") + EXTENSION;
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
                if (tensors.size() == MOST_ENTRIES) {
                    throw new IOException("holds more than " + MOST_ENTRIES + " tensors");
                }
                Tensor tensor = read(zip, name, LARGEST - total);
                total += tensor.byteSize();
                tensors.put(name, tensor);
            }
        } catch (ZipException | IllegalArgumentException e) {
            throw new IOException("is a broken zip file: " + e.getMessage(), e);
        } catch (EOFException e) {
            throw new IOException("is a broken zip file: it ends too early", e);
        }
        if (tensors.isEmpty()) {
            throw new IOException("is no .npz file, or holds nothing; write it with numpy.savez");
        }
        return tensors;
    }

    private static Tensor read(InputStream zip, String name, long limit) throws IOException {
        try {
            return read(zip, limit);
        } catch (ZipException | EOFException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("has an entry '" + name + "' that " + e.getMessage(), e);
        }
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
    static Tensor read(InputStream in, long limit) throws IOException {
        NpyHeader header = NpyHeader.read(in);
        long size = header.bytesOf(header.shape());
        if (size > limit) {
            throw new IOException(
                    "takes " + size + " bytes; " + LARGEST + " are allowed in one file");
        }
        byte[] bytes = in.readNBytes((int) size);
        if (bytes.length < size) {
            throw new IOException("ends after " + bytes.length + " of " + size + " bytes");
        }
        if (in.read() >= 0) {
            throw new IOException("goes on behind its " + size + " bytes");
        }
        return header.tensor(header.shape(), bytes);
    }

    static void write(Tensor tensor, OutputStream out) throws IOException {
        out.write(new NpyHeader(tensor.type(), false, tensor.shape()).encoded());
        byte[] bytes = new byte[tensor.byteSize()];
        tensor.buffer().get(0, bytes);
        out.write(bytes);
    }
}
