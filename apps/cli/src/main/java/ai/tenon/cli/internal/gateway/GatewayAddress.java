package ai.tenon.cli.internal.gateway;

import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.UserError;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a gateway is and what opens it: read anew each time, for a restarted gateway may stand
 * elsewhere.
 *
 * @param data the gateway's data folder, used for what is not given
 */
public record GatewayAddress(Path data, Optional<URI> url, Optional<String> token) {
    private static final long LARGEST_FILE = 64 * 1024;

    /** The gateway whose data folder that is. */
    public static GatewayAddress of(Path data) {
        return new GatewayAddress(data, Optional.empty(), Optional.empty());
    }

    /** Its address, without a slash at the end. */
    public String base() {
        String address = url.map(URI::toString).orElseGet(this::addressFromData);
        if (!address.matches("https?://[^/]+.*")) {
            throw new UserError(
                    "'" + address + "' is no address of a gateway, as in http://127.0.0.1:8080");
        }
        return address.replaceAll("/+$", "");
    }

    /** Its token. */
    public String secret() {
        return token.orElseGet(this::tokenFromData);
    }

    /** The sentence for a gateway that does not answer at its address. */
    public UserError silent(IOException cause) {
        return new UserError(
                "no gateway answers at " + base() + "; start one with 'tenon run" + hint() + "'",
                cause);
    }

    private String addressFromData() {
        Path file = data.resolve("run").resolve("gateway.json");
        try {
            return Json.read(contents(file)).path("address").asText();
        } catch (NoSuchFileException e) {
            throw new UserError(
                    "no gateway is running with the data folder "
                            + data
                            + "; start one with 'tenon run"
                            + hint()
                            + "', or name another with --data or --url",
                    e);
        } catch (IOException e) {
            throw new UserError(file + " cannot be read; name the gateway with --url", e);
        }
    }

    private String tokenFromData() {
        Path file = data.resolve("run").resolve("token");
        try {
            String text = new String(contents(file)).strip();
            if (text.matches("[!-~]+")) {
                return text;
            }
            throw new IOException("it holds no token");
        } catch (IOException e) {
            throw new UserError(
                    "changing a gateway needs its token, and "
                            + file
                            + " cannot be read; give it with --token, or run as the user who"
                            + " started the gateway",
                    e);
        }
    }

    private String hint() {
        return url.isPresent() ? "" : " --data " + data;
    }

    private static byte[] contents(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes((int) LARGEST_FILE);
        }
    }
}
