package ai.tenon.mqtt.internal;

import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.management.Request;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** Changes from the payloads that ask for them, and whether they may be asked for from afar. */
final class RequestReader {
    /** Who may ask for these runs code of his own on the gateway, or opens it to others. */
    private static final Set<String> GUARDED = Set.of("install", "update", "configure");

    private final Json json;
    private final boolean allowInstall;

    RequestReader(Json json, boolean allowInstall) {
        this.json = json;
        this.allowInstall = allowInstall;
    }

    /**
     * @param kind one of {@link Request#KINDS}
     * @throws ManagementException INVALID or REFUSED
     */
    Request read(String kind, ObjectNode fields) throws ManagementException {
        if (GUARDED.contains(kind) && !allowInstall) {
            throw new ManagementException(
                    Kind.REFUSED,
                    "'"
                            + kind
                            + "' over MQTT is switched off on this gateway; do it on the gateway,"
                            + " or set 'allowInstall' of ai.tenon.mqtt there");
        }
        Request request = convert(kind, fields);
        if (request instanceof Request.Deploy deploy) {
            requireSource(deploy.model(), deploy.sha256());
        } else if (request instanceof Request.Install install) {
            requireSource(install.bundle(), install.sha256());
        } else if (request instanceof Request.Update update) {
            requireSource(update.bundle(), update.sha256());
        }
        return request;
    }

    private Request convert(String kind, ObjectNode fields) throws ManagementException {
        try {
            return json.convert(fields, Request.KINDS.get(kind));
        } catch (ValueInstantiationException e) {
            String reason =
                    e.getCause() == null ? e.getOriginalMessage() : e.getCause().getMessage();
            throw new ManagementException(Kind.INVALID, kind + ": " + reason, e);
        } catch (JsonProcessingException e) {
            throw new ManagementException(Kind.INVALID, kind + ": " + e.getOriginalMessage(), e);
        }
    }

    private static void requireSource(URI uri, String sha256) throws ManagementException {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new ManagementException(
                    Kind.REFUSED, "over MQTT only http: and https: addresses can be named");
        }
        if (sha256.isEmpty()) {
            throw new ManagementException(
                    Kind.INVALID, "what is fetched by " + scheme + " needs its 'sha256'");
        }
    }
}
