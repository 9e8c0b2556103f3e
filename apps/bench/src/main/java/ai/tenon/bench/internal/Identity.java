package ai.tenon.bench.internal;

/**
 * Who a candidate is.
 *
 * @param label that no other candidate of the measurement has
 * @param version of the backend's bundle
 * @param device what it runs on, as its backend says
 */
record Identity(String label, String version, String device) {
    static Identity of(String label, KnownBackend backend) {
        return new Identity(
                label, backend.version().toString(), backend.backend().description().device());
    }
}
