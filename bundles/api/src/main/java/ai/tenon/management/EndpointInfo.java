package ai.tenon.management;

import ai.tenon.inference.EndpointState;
import java.util.List;

/**
 * An endpoint, as people see it.
 *
 * @param model file name of the model
 * @param modelSha256 of the model's package
 * @param backend what answers now, {@code name@version}, of several backends with {@code +}
 *     between; empty if nothing does
 * @param pin what an operator chose; empty if the profile decides
 * @param check {@code unchecked} for a first deployment; otherwise how far its answers were from
 *     those before it, and of a quantized model how far they may be
 * @param recipe what the deployment's recipe did to the model; empty without one
 * @param reason why the endpoint does not serve, or why the last attempt to change it failed; empty
 *     if all is well
 * @param sinceMillis when what answers now was switched to, since the epoch; 0 if nothing answers
 * @param placement in how many parts the model runs on which backends, in a line; empty while one
 *     backend runs all of it
 * @param parts the same node by node, in the order in which the parts run; empty while one backend
 *     runs all of it
 */
public record EndpointInfo(
        String name,
        EndpointState state,
        String model,
        String modelSha256,
        String backend,
        String pin,
        String check,
        String recipe,
        String reason,
        long sinceMillis,
        long served,
        long failed,
        String placement,
        List<PlacedPart> parts) {
    public EndpointInfo {
        parts = List.copyOf(parts);
    }

    /** An endpoint that one backend serves, or none. */
    public EndpointInfo(
            String name,
            EndpointState state,
            String model,
            String modelSha256,
            String backend,
            String pin,
            String check,
            String recipe,
            String reason,
            long sinceMillis,
            long served,
            long failed) {
        this(
                name,
                state,
                model,
                modelSha256,
                backend,
                pin,
                check,
                recipe,
                reason,
                sinceMillis,
                served,
                failed,
                "",
                List.of());
    }
}
