package ai.tenon.http.internal.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Who may change anything: whoever can read the token's file. */
public final class Access {
    private static final String SCHEME = "Bearer ";

    private final byte[] token;

    public Access(String token) {
        this.token = token.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Lets the request pass if it carries the token.
     *
     * @throws HttpError 401 if it has none, 403 if it has another; both take the same time
     */
    public void requireToken(Exchange exchange) throws HttpError {
        String header = exchange.request().getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new HttpError(
                    401,
                    "REFUSED",
                    "changing anything needs the header 'Authorization: Bearer TOKEN'; the token"
                            + " is in the file run/token of the gateway's data folder");
        }
        byte[] given = header.substring(SCHEME.length()).trim().getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(token, given)) {
            throw new HttpError(
                    403,
                    "REFUSED",
                    "that is not this gateway's token; it is in the file run/token of its data folder");
        }
    }
}
