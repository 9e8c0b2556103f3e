package ai.tenon.mqtt.internal;

import ai.tenon.management.ManagementException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The id of a change from its correlation data, so that a message sent twice executes once. */
final class OperationId {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private OperationId() {}

    /**
     * The correlation data itself if it can be an id, otherwise its SHA-256.
     *
     * @throws ManagementException INVALID without correlation data
     */
    static String of(byte[] correlationData) throws ManagementException {
        if (correlationData == null || correlationData.length == 0) {
            throw new ManagementException(
                    ManagementException.Kind.INVALID,
                    "a change needs correlation data, unique to it, as a UUID: it executes once");
        }
        String text = new String(correlationData, StandardCharsets.ISO_8859_1);
        return ID.matcher(text).matches() ? text : sha256(correlationData);
    }

    private static String sha256(byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
