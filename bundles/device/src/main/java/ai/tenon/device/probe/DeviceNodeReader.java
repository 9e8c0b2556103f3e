package ai.tenon.device.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/** Lists the character devices in {@code /dev} and its folders. */
final class DeviceNodeReader {
    private static final int MAX_NODES = 1024;
    private static final int S_IFMT = 0xF000;
    private static final int S_IFCHR = 0x2000;

    private DeviceNodeReader() {}

    /**
     * Character devices one and two levels deep, links not followed; virtual consoles and
     * pseudo-terminals, which every machine has by the dozen, are left out.
     *
     * @param characterDevice decides by the file itself
     */
    static List<String> read(RootFolder root, Predicate<Path> characterDevice) {
        List<String> nodes = new ArrayList<>();
        for (String name : root.names("/dev")) {
            if (isTerminal(name)) {
                continue;
            }
            Path path = root.unresolved("/dev/" + name);
            if (characterDevice.test(path)) {
                nodes.add("/dev/" + name);
            } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                for (String inner : root.names("/dev/" + name)) {
                    if (characterDevice.test(root.unresolved("/dev/" + name + "/" + inner))) {
                        nodes.add("/dev/" + name + "/" + inner);
                    }
                }
            }
        }
        Collections.sort(nodes);
        return nodes.subList(0, Math.min(nodes.size(), MAX_NODES));
    }

    static boolean isCharacterDevice(Path path) {
        try {
            int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return (mode & S_IFMT) == S_IFCHR;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isTerminal(String name) {
        return name.equals("pts")
                || name.startsWith("vcs")
                || name.startsWith("tty")
                        && (name.length() == 3 || Character.isDigit(name.charAt(3)));
    }
}
