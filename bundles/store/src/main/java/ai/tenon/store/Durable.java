package ai.tenon.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes files and folders appear whole or not at all, whenever the power goes: written beside,
 * forced to the disk, renamed into place, and the name forced to the disk.
 */
public final class Durable {
    /** Told before each action on the disk; a test cuts the sequence there. */
    interface Steps {
        void before(String step) throws IOException;
    }

    private static final String UNFINISHED = ".new-";

    private final Steps steps;

    public Durable() {
        this(step -> {});
    }

    Durable(Steps steps) {
        this.steps = steps;
    }

    /** Puts a file with this content in place of whatever has that name. */
    public void write(Path target, byte[] content) throws IOException {
        Path file = newFile(target.toAbsolutePath().getParent());
        try {
            steps.before("write");
            Files.write(file, content);
            publish(file, target);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** An empty file in the folder, to be filled and published. */
    public Path newFile(Path folder) throws IOException {
        Files.createDirectories(folder);
        steps.before("create");
        return Files.createTempFile(folder, UNFINISHED, "");
    }

    /** An empty folder in the folder, to be filled and published. */
    public Path newFolder(Path folder) throws IOException {
        Files.createDirectories(folder);
        steps.before("create");
        return Files.createTempDirectory(folder, UNFINISHED);
    }

    /** Moves a finished file, or a folder with all that is in it, to its name. */
    public void publish(Path finished, Path target) throws IOException {
        steps.before("force");
        if (Files.isDirectory(finished)) {
            try (Stream<Path> content = Files.walk(finished)) {
                for (Path path : content.toList()) {
                    force(path);
                }
            }
        } else {
            force(finished);
        }
        steps.before("rename");
        Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
        steps.before("force folder");
        force(target.toAbsolutePath().getParent());
    }

    /** Removes a file and makes its absence durable; nothing happens if it is not there. */
    public void delete(Path target) throws IOException {
        steps.before("delete");
        if (Files.deleteIfExists(target)) {
            steps.before("force folder");
            force(target.toAbsolutePath().getParent());
        }
    }

    /** Removes what an interrupted write left in the folder. To be called while nobody writes. */
    public static void clean(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> leftovers =
                    Files.newDirectoryStream(folder, UNFINISHED + "*")) {
                for (Path leftover : leftovers) {
                    deleteTree(leftover);
                }
            }
        }
    }

    /** Deletes a file or a folder with all that is in it; links are deleted, not followed. */
    public static void deleteTree(Path root) throws IOException {
        if (Files.notExists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(root)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
