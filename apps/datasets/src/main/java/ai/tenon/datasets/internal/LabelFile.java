package ai.tenon.datasets.internal;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Text files from outside, read with a bound. */
public final class LabelFile {
    private static final long LARGEST = 64L << 20;

    private LabelFile() {}

    /**
     * The lines of a UTF-8 file.
     *
     * @throws IOException if it is missing, larger than 64 MiB, or not UTF-8
     */
    public static List<String> lines(Path file) throws IOException {
        return text(file).lines().toList();
    }

    /** The whole file; errors as {@link #lines}. */
    public static String text(Path file) throws IOException {
        requireFile(file, LARGEST);
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is not UTF-8", e);
        }
    }

    /**
     * @throws IOException if the file is missing or larger than {@code most} bytes
     */
    public static void requireFile(Path file, long most) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is missing");
        }
        if (Files.size(file) > most) {
            throw new IOException(file + " is larger than " + (most >> 20) + " MiB");
        }
    }
}
