package ai.tenon.bench.internal;

import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.model.ModelVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Model files outside of any store. */
final class ModelFiles {
    private ModelFiles() {}

    /** The file as a version, with its own hash. */
    static ModelVersion version(Path file) throws ManagementException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return new ModelVersion(
                    HexFormat.of().formatHex(digest.digest()),
                    file.toAbsolutePath().normalize(),
                    file.getFileName().toString(),
                    Files.size(file));
        } catch (NoSuchFileException e) {
            throw new ManagementException(
                    Kind.NOT_FOUND, "there is no file " + file + "; check the path", e);
        } catch (IOException e) {
            throw new ManagementException(
                    Kind.INVALID, file + " cannot be read: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
