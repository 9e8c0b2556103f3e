package ai.tenon.bench.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.LayerProfile;
import ai.tenon.measurement.Stopwatch;
import java.util.Optional;

/** Something that can be run again and again on the same inputs. */
interface Candidate extends Stopwatch.Candidate, AutoCloseable {
    Identity identity();

    /** Runs once and tells where the time went; empty if it cannot tell. */
    default Optional<LayerProfile> profile() throws BackendException {
        return Optional.empty();
    }

    @Override
    void close();
}
