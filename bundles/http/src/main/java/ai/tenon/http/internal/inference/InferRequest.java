package ai.tenon.http.internal.inference;

import ai.tenon.graph.Tensor;
import java.util.List;

/**
 * An inference request, its names resolved.
 *
 * @param id chosen by the client; null if there is none
 * @param timeoutNanos 0 if the client leaves it to the endpoint
 * @param inputs by position in the endpoint's signature
 * @param outputs what the client wants, in its order
 */
record InferRequest(String id, long timeoutNanos, Tensor[] inputs, List<Output> outputs) {
    /**
     * An output that the client wants.
     *
     * @param index in the endpoint's signature
     * @param binary true if its data shall follow the JSON
     */
    record Output(int index, boolean binary) {}
}
