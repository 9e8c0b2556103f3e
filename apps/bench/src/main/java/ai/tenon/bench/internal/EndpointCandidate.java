package ai.tenon.bench.internal;

import ai.tenon.backend.SeededInputs;
import ai.tenon.graph.Tensor;
import ai.tenon.inference.Call;
import ai.tenon.inference.Endpoint;
import ai.tenon.inference.InferenceException;
import java.util.Map;

/** The same through an endpoint of the core. */
final class EndpointCandidate implements Candidate {
    private final Identity identity;
    private final Call call;
    private final Tensor[] inputs;

    /**
     * @param endpoint one that serves
     * @param settings of which those named {@code shape.INPUT} are shapes of inputs
     */
    EndpointCandidate(Identity identity, Endpoint endpoint, Map<String, String> settings)
            throws InferenceException {
        this.identity = identity;
        this.inputs = SeededInputs.of(endpoint.signature(), settings);
        this.call = endpoint.newCall();
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public void run() throws InferenceException {
        for (int i = 0; i < inputs.length; i++) {
            call.input(i, inputs[i]);
        }
        call.run();
        call.release();
    }

    @Override
    public void close() {
        call.close();
    }
}
