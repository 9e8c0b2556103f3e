package ai.tenon.cli.internal.optimize;

import ai.tenon.cli.internal.terminal.Failure;
import ai.tenon.cli.internal.terminal.UserError;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file that the user named for a result. It is there whole or as it was before: written beside,
 * forced to the disk, moved into place.
 */
public final class WholeFile {
    private final Path target;

    /** Writes the contents. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private WholeFile(Path target) {
        this.target = target;
    }

    /**
     * Checks what can be checked before hours of work.
     *
     * @param option that named the file
     * @throws UserError if nothing can be written there
     */
    public static WholeFile at(Path path, String option) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            if (Files.exists(absolute)) {
                absolute = absolute.toRealPath();
            }
        } catch (IOException e) {
            throw new UserError(option + " " + path + " cannot be followed: " + e.getMessage(), e);
        }
        if (Files.exists(absolute) && !Files.isRegularFile(absolute)) {
            throw new UserError(option + " " + path + " is no file; name one");
        }
        Path folder = absolute.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UserError("there is no folder " + folder + " for " + option + "; create it");
        }
        if (!Files.isWritable(folder)) {
            throw new UserError("the folder " + folder + " for " + option + " is not writable");
        }
        return new WholeFile(absolute);
    }

    /** Where it is. */
    public Path path() {
        return target;
    }

    /** Writes text. */
    public void write(String text) {
        write(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Writes the file.
     *
     * @throws Failure if it cannot be written; what was there is untouched
     */
    public void write(Content content) {
        attempt(
                () -> {
                    Path part = target.resolveSibling("." + UUID.randomUUID() + ".part");
                    try {
                        fill(part, content);
                        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
                    } finally {
                        Files.deleteIfExists(part);
                    }
                });
    }

    /** Lets another one write the file, and tells of its errors in the same words. */
    void attempt(Attempt writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new Failure(
                    target + " cannot be written: " + why(e) + "; nothing was changed there", e);
        }
    }

    /** Without the name of the file beside, which is nobody's but this program's. */
    private static String why(IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return "it was interrupted";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileSystemException refused) {
            return refused.getReason() == null
                    ? "no file can be made in its folder"
                    : refused.getReason();
        }
        return e.getMessage();
    }

    /** Something that writes. */
    @FunctionalInterface
    interface Attempt {
        void run() throws IOException;
    }

    private static void fill(Path part, Content content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            content.writeTo(out);
            out.flush();
            channel.force(true);
        }
    }
}
