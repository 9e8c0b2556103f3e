package ai.tenon.management;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * All that can be asked of a gateway; an OSGi service. HTTP, MQTT and the command line only
 * translate to and from it. Changes run one after the other; each ends in a new generation or
 * leaves everything as it was.
 */
@ProviderType
public interface Operations {
    /**
     * Starts a change, or finds it: the same id executes once, also across restarts.
     *
     * @param id chosen by the caller: 1 to 64 characters of {@code A-Za-z0-9._-}
     * @param actor who asks, for the audit log, as in {@code http 127.0.0.1}
     * @throws ManagementException CONFLICT if the id belongs to another request, BUSY if too many
     *     wait, INVALID for a bad id
     */
    Operation submit(String id, String actor, Request request) throws ManagementException;

    /** The operation with that id, if it is known. */
    Optional<Operation> find(String id);

    /** The last operations, newest first. */
    List<OperationInfo> recent();

    /** Endpoints, by name. */
    List<EndpointInfo> endpoints();

    /** Backends, the preferred ones first. */
    List<BackendInfo> backends();

    /** Bundles, by start level and name. */
    List<BundleInfo> bundles();

    /** Generations, newest first. */
    List<GenerationInfo> generations();

    /** What was unloaded lately, oldest first, and whether it is really gone. */
    List<RetiredInfo> retired();

    /** The gateway as a whole. */
    GatewayStatus status();
}
