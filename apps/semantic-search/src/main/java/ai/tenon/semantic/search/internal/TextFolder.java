package ai.tenon.semantic.search.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The text files below a folder: {@code *.md} and {@code *.txt} in UTF-8. Links are not followed,
 * so nothing outside is read; hidden folders and files are left out.
 */
final class TextFolder {
    private static final Logger LOG = LoggerFactory.getLogger(TextFolder.class);
    private static final int MAX_FILES = 2000;
    private static final int MAX_VISITS = 100_000;
    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 16;

    private final Path folder;

    TextFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The files, sorted by name.
     *
     * @throws IOException if the folder cannot be read
     */
    List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("there is no folder " + folder + "; set 'folder' to one");
        }
        Collector collector = new Collector();
        Files.walkFileTree(
                folder, EnumSet.noneOf(java.nio.file.FileVisitOption.class), MAX_DEPTH, collector);
        Collections.sort(collector.found);
        return collector.found;
    }

    /** The file's name inside the folder, with {@code /}. */
    String nameOf(Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    /**
     * The file's text; empty, with a warning, if it is too large or no text.
     *
     * @throws IOException if it cannot be read
     */
    String read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in =
                Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            bytes = in.readNBytes(MAX_FILE_BYTES + 1);
        }
        if (bytes.length > MAX_FILE_BYTES) {
            LOG.warn(
                    "{} is left out of the search: it is larger than {} bytes",
                    file,
                    MAX_FILE_BYTES);
            return "";
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            LOG.warn("{} is left out of the search: it is no text in UTF-8", file);
            return "";
        }
    }

    private final class Collector extends SimpleFileVisitor<Path> {
        private final List<Path> found = new ArrayList<>();
        private int visits;

        @Override
        public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            return !dir.equals(folder) && isHidden(dir)
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            if (attributes.isRegularFile()
                    && !isHidden(file)
                    && (name.endsWith(".md") || name.endsWith(".txt"))) {
                found.add(file);
            }
            if (found.size() == MAX_FILES || ++visits == MAX_VISITS) {
                LOG.warn(
                        "{} holds too much: only its first {} files are searched",
                        folder,
                        found.size());
                return FileVisitResult.TERMINATE;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            LOG.warn("{} is left out of the search: {}", file, e.toString());
            return FileVisitResult.CONTINUE;
        }
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }
}
