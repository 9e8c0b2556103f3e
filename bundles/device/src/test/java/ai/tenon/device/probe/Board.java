package ai.tenon.device.probe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/** Unfolds an excerpt of a device's pseudo file systems (see boards/README.md) into a folder. */
public final class Board {
    private final Path root;
    private final Set<Path> nodes = new HashSet<>();

    private Board(Path root) {
        this.root = root;
    }

    public static Board unfold(String name, Path root) throws IOException {
        Board board = new Board(root.toRealPath());
        try (InputStream in = Board.class.getResourceAsStream("/boards/" + name + ".txt")) {
            Path file = null;
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.startsWith("@file ")) {
                    file = board.create(line.substring(6));
                } else if (line.startsWith("@node ")) {
                    board.nodes.add(board.create(line.substring(6)));
                } else if (line.startsWith("@link ")) {
                    String[] link = line.substring(6).split(" -> ");
                    Path path = board.path(link[0]);
                    Files.createDirectories(path.getParent());
                    Files.createSymbolicLink(path, Path.of(link[1]));
                } else {
                    Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
                }
            }
        }
        return board;
    }

    DeviceFacts probe(String osArch) {
        return probing(osArch).probe();
    }

    public DeviceProbe probing(String osArch) {
        return new DeviceProbe(root, osArch, "", nodes::contains);
    }

    private Path create(String name) throws IOException {
        Path path = path(name);
        Files.createDirectories(path.getParent());
        return Files.createFile(path);
    }

    private Path path(String name) {
        return root.resolve(name.substring(1));
    }
}
