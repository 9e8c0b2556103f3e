package ai.tenon.device.probe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Bounded reads below one folder; what is missing, broken or leads out of the folder is absent. */
public final class RootFolder {
    /** The cpuinfo of a thousand cores fits. */
    private static final int MAX_TEXT_BYTES = 4 << 20;

    private static final int MAX_VALUE_BYTES = 256;

    private static final int MAX_NAMES = 16_384;

    private final Path root;

    /**
     * @param root the folder that stands for {@code /}
     */
    public RootFolder(Path root) {
        Path real;
        try {
            real = root.toRealPath();
        } catch (IOException e) {
            real = root.toAbsolutePath().normalize();
        }
        this.root = real;
    }

    /** The real file behind a path, if it exists and lies within the root. */
    public Optional<Path> locate(String path) {
        try {
            return real(unresolved(path));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** The real file behind a path below the root, if it exists and lies within the root. */
    Optional<Path> real(Path path) {
        try {
            Path real = path.toRealPath();
            return real.startsWith(root) ? Optional.of(real) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The path below the root, links not followed. */
    Path unresolved(String path) {
        return root.resolve(path.startsWith("/") ? path.substring(1) : path);
    }

    /**
     * The beginning of a regular file without surrounding white space and NULs; absent if empty.
     */
    public Optional<String> text(String path) {
        return read(path, MAX_TEXT_BYTES);
    }

    /** A short value: the first 256 bytes, otherwise like {@link #text}. */
    public Optional<String> value(String path) {
        return read(path, MAX_VALUE_BYTES);
    }

    /** A file that holds one decimal number; absent if it holds anything else. */
    public OptionalLong number(String path) {
        try {
            return OptionalLong.of(Long.parseLong(value(path).orElse("")));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private Optional<String> read(String path, int maxBytes) {
        Optional<Path> file = locate(path);
        // A pipe or a device could block for ever.
        if (file.isEmpty() || !Files.isRegularFile(file.get())) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file.get())) {
            byte[] bytes = in.readNBytes(maxBytes);
            String text = new String(bytes, StandardCharsets.UTF_8).replace('\0', ' ').strip();
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The names in a folder, sorted. */
    public List<String> names(String folder) {
        Optional<Path> real = locate(folder);
        return real.isPresent() ? names(real.get()) : List.of();
    }

    /** The names in a folder that {@link #locate} found, sorted. */
    static List<String> names(Path folder) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (names.size() == MAX_NAMES) {
                    break;
                }
                names.add(entry.getFileName().toString());
            }
        } catch (IOException | DirectoryIteratorException e) {
            // What was read so far is true.
        }
        Collections.sort(names);
        return names;
    }
}
