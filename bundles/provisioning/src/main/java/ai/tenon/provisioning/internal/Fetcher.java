package ai.tenon.provisioning.internal;

import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens what a request points to. What comes over the network has to be named by its hash. */
final class Fetcher {
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int MAX_REDIRECTS = 5;

    private Fetcher() {}

    static boolean isRemote(URI uri) {
        return "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    }

    /**
     * The file that a {@code file:} URI names.
     *
     * @throws ManagementException if there is none
     */
    static Path file(URI uri) throws ManagementException {
        if (!"file".equals(uri.getScheme())) {
            throw new ManagementException(
                    Kind.INVALID, uri + " is neither a file:, an http: nor an https: address");
        }
        try {
            Path file = Path.of(uri);
            if (Files.isRegularFile(file)) {
                return file;
            }
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new ManagementException(Kind.INVALID, uri + " names no file here", e);
        }
        throw new ManagementException(Kind.NOT_FOUND, "there is no file " + uri.getPath());
    }

    /**
     * Opens a file or an address.
     *
     * @param sha256 what its content has to be; the caller compares
     */
    static InputStream open(URI uri, String sha256) throws ManagementException, IOException {
        if (!isRemote(uri)) {
            return Files.newInputStream(file(uri));
        }
        if (sha256.isEmpty()) {
            throw new ManagementException(
                    Kind.INVALID, uri + " comes over the network: say its sha256");
        }
        URI next = uri;
        for (int i = 0; i <= MAX_REDIRECTS; i++) {
            HttpURLConnection connection = (HttpURLConnection) next.toURL().openConnection();
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            int status = connection.getResponseCode();
            if (status == HttpURLConnection.HTTP_OK) {
                return connection.getInputStream();
            }
            String location = connection.getHeaderField("Location");
            connection.disconnect();
            if (status / 100 != 3 || location == null) {
                throw new ManagementException(Kind.FAILED, next + " answers with " + status);
            }
            next = redirected(next, location);
        }
        throw new ManagementException(Kind.FAILED, uri + " redirects too often");
    }

    private static URI redirected(URI from, String location) throws ManagementException {
        try {
            URI to = from.resolve(location);
            if (from.getScheme().equals(to.getScheme())) {
                return to;
            }
        } catch (IllegalArgumentException e) {
            throw new ManagementException(Kind.FAILED, from + " redirects to no address", e);
        }
        throw new ManagementException(
                Kind.REFUSED, from + " redirects to another scheme; name the final address");
    }
}
