package ai.tenon.bench.internal;

import ai.tenon.measurement.Stopwatch;

/** Something that can be run again and again on the same inputs. */
interface Candidate extends Stopwatch.Candidate, AutoCloseable {
    /** As it was asked for. */
    String name();

    /** Version of the backend's bundle. */
    String version();

    @Override
    void close();
}
