package ai.tenon.mqtt.internal;

import java.net.URI;

/**
 * Where the broker is.
 *
 * @param uri as Paho wants it, {@code tcp:} or {@code ssl:}
 */
record Broker(URI uri) {
    /**
     * Reads {@code tcp:} or {@code mqtt:}, and {@code ssl:} or {@code mqtts:} for TLS.
     *
     * @throws IllegalArgumentException if the text is none of these
     */
    static Broker parse(String text) {
        String paho = text.replaceFirst("^mqtt:", "tcp:").replaceFirst("^mqtts:", "ssl:");
        URI uri = URI.create(paho);
        boolean known = "tcp".equals(uri.getScheme()) || "ssl".equals(uri.getScheme());
        if (!known || uri.getHost() == null || !uri.getPath().isEmpty()) {
            throw new IllegalArgumentException(
                    "'broker' must be mqtt://host:port or mqtts://host:port, and is '"
                            + text
                            + "'");
        }
        return new Broker(uri);
    }

    /** Whether passwords can be read on the way. */
    boolean isOpenToEavesdroppers() {
        String host = uri.getHost();
        boolean loopback =
                host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
        return uri.getScheme().equals("tcp") && !loopback;
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
