package ai.tenon.http.internal;

/**
 * What a request may take.
 *
 * @param requests at once; three quarters of them may be inference
 * @param inferBytes longest body of an inference request
 * @param managementBytes longest body of any other request
 * @param bufferBytes memory for all bodies and tensors of requests together
 * @param elements most elements of a tensor
 * @param rank most dimensions of a tensor
 * @param bodyMillis how long a body may take to arrive, and an answer to leave
 * @param waitSeconds how long a request may wait for a change to end
 */
public record Limits(
        int threads,
        int inferBytes,
        int managementBytes,
        long bufferBytes,
        int elements,
        int rank,
        int bodyMillis,
        int waitSeconds) {}
