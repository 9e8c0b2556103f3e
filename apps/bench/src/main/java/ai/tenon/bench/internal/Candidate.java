package ai.tenon.bench.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.inference.InferenceException;

/** Something that can be run again and again on the same inputs. */
interface Candidate extends AutoCloseable {
    /** As it was asked for. */
    String name();

    /** Version of the backend's bundle. */
    String version();

    void run() throws BackendException, InferenceException;

    @Override
    void close();
}
