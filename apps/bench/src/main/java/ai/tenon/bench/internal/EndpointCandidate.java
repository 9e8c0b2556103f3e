package ai.tenon.bench.internal;

import ai.tenon.backend.SeededInputs;
import ai.tenon.graph.Tensor;
import ai.tenon.inference.Call;
import ai.tenon.inference.Endpoint;
import ai.tenon.inference.InferenceException;
import java.util.Map;

/** The same through an endpoint of the core. */
final class EndpointCandidate implements Candidate {
    private final String name;
    private final String version;
    private final String device;
    private final Call call;
    private final Tensor[] inputs;

    /**
     * @param endpoint one that serves
     */
    EndpointCandidate(
            String name,
            String version,
            String device,
            Endpoint endpoint,
            Map<String, String> settings)
            throws InferenceException {
        this.name = name;
        this.version = version;
        this.device = device;
        this.inputs = SeededInputs.of(endpoint.signature(), settings);
        this.call = endpoint.newCall();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public String device() {
        return device;
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
