package ai.tenon.core.internal.placement;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendDescription;

/** A backend that may run a model, or a part of it. */
public interface Candidate {
    Backend backend();

    BackendDescription description();

    /** {@code name@version}. */
    String label();
}
