package ai.tenon.http.internal.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code DATA/run}: where this gateway is, and the token that allows to change it. */
final class RunFolder {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final int TOKEN_BYTES = 32;

    private final Path folder;

    RunFolder(Path data) throws IOException {
        folder = Files.createDirectories(data.resolve("run"));
    }

    /** The token of this gateway; made when there is none yet, or no correct one. */
    String token() throws IOException {
        Path file = folder.resolve("token");
        if (Files.isRegularFile(file)) {
            String token = Files.readString(file, StandardCharsets.ISO_8859_1).trim();
            if (TOKEN.matcher(token).matches()) {
                Files.setPosixFilePermissions(file, OWNER_ONLY);
                return token;
            }
        }
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        replace(
                file,
                (token + "\n").getBytes(StandardCharsets.US_ASCII),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        return token;
    }

    /** What {@code gateway.json} says. */
    record Announcement(String address, long pid, String profile, String version) {}

    /** Says where the gateway listens. */
    void announce(ObjectMapper objects, Announcement gateway) throws IOException {
        replace(folder.resolve("gateway.json"), objects.writeValueAsBytes(gateway));
    }

    /** It listens no more. */
    void retract() throws IOException {
        Files.deleteIfExists(folder.resolve("gateway.json"));
    }

    /** Puts a file in place that is whole at any time, with its rights from the beginning. */
    private static void replace(Path file, byte[] bytes, FileAttribute<?>... rights)
            throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        try (FileChannel channel =
                FileChannel.open(
                        next,
                        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        rights)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
