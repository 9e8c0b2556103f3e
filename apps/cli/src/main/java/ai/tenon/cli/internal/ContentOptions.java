package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.UserError;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A file or an address from which the gateway is to take something. */
final class ContentOptions {
    @Parameters(paramLabel = "FILE", description = "A file, or an http(s) URL with --sha256.")
    private String source;

    @Option(
            names = "--sha256",
            paramLabel = "HASH",
            description = "What the file's SHA-256 must be.")
    private String sha256 = "";

    /** The file's name. */
    String fileName() {
        return source.substring(source.lastIndexOf('/') + 1);
    }

    /** Puts the address under {@code field}, and the hash beside it. */
    ObjectNode into(ObjectNode request, String field) {
        return request.put(field, uri().toString()).put("sha256", sha256);
    }

    private URI uri() {
        if (source.matches("https?://.*")) {
            if (sha256.isEmpty()) {
                throw new UserError(
                        "what comes from " + source + " needs --sha256, so that it can be checked");
            }
            return URI.create(source);
        }
        Path file = Path.of(source);
        if (!Files.isRegularFile(file)) {
            throw new UserError("there is no file " + file + "; check the path");
        }
        return file.toAbsolutePath().normalize().toUri();
    }
}
