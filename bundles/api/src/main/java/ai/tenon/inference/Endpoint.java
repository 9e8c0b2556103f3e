package ai.tenon.inference;

import ai.tenon.backend.Signature;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A model under a name that stays while everything behind it is swapped; an OSGi service with the
 * property {@link #NAME}. Safe for use by any number of threads.
 */
@ProviderType
public interface Endpoint {
    /** Service property with {@link #name}. */
    String NAME = "ai.tenon.endpoint";

    String name();

    /** Whether it answers now. */
    EndpointState state();

    /**
     * Inputs and outputs of the model that answers now.
     *
     * @throws InferenceException UNAVAILABLE if none does
     */
    Signature signature() throws InferenceException;

    /** A new call object, to be kept and used again and again by one thread at a time. */
    Call newCall();

    /** Counters since the endpoint exists. */
    EndpointStatistics statistics();
}
