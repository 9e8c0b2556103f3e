package ai.tenon.semantic.search.internal;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.inference.Call;
import ai.tenon.inference.Endpoint;
import ai.tenon.inference.EndpointState;
import ai.tenon.inference.EndpointStatistics;
import ai.tenon.inference.InferenceException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** An endpoint that is ONNX Runtime itself. */
final class OrtEndpoint implements Endpoint, AutoCloseable {
    volatile EndpointState state = EndpointState.SERVING;
    final AtomicInteger openCalls = new AtomicInteger();
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final Signature signature;

    OrtEndpoint(byte[] model) throws OrtException {
        session = environment.createSession(model);
        signature =
                new Signature(
                        specs(session.getInputInfo().values()),
                        specs(session.getOutputInfo().values()));
    }

    private static List<TensorSpec> specs(Collection<NodeInfo> infos) {
        return infos.stream()
                .map(
                        info -> {
                            TensorInfo tensor = (TensorInfo) info.getInfo();
                            DataType type = DataType.valueOf(tensor.type.name());
                            return TensorSpec.of(info.getName(), type, Shape.of(tensor.getShape()));
                        })
                .toList();
    }

    @Override
    public String name() {
        return "minilm";
    }

    @Override
    public EndpointState state() {
        return state;
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public Call newCall() {
        openCalls.incrementAndGet();
        return new OrtCall();
    }

    @Override
    public EndpointStatistics statistics() {
        return new EndpointStatistics(0, 0, 0, 0, 0, 0, 0);
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }

    private final class OrtCall implements Call {
        private final Tensor[] inputs = new Tensor[signature.inputs().size()];
        private Tensor output;

        @Override
        public Call input(int index, Tensor tensor) {
            inputs[index] = tensor;
            return this;
        }

        @Override
        public Call timeoutNanos(long nanos) {
            return this;
        }

        @Override
        public void run() throws InferenceException {
            if (state != EndpointState.SERVING) {
                throw new InferenceException(
                        InferenceException.Code.UNAVAILABLE, "endpoint 'minilm' is unloaded");
            }
            Map<String, OnnxTensor> named = new LinkedHashMap<>();
            try {
                for (int i = 0; i < inputs.length; i++) {
                    named.put(
                            signature.inputs().get(i).name(),
                            OnnxTensor.createTensor(
                                    environment,
                                    inputs[i].buffer().asLongBuffer(),
                                    inputs[i].shape()));
                }
                try (OrtSession.Result result = session.run(named)) {
                    OnnxTensor first = (OnnxTensor) result.get(0);
                    float[] values = new float[first.getFloatBuffer().remaining()];
                    first.getFloatBuffer().get(values);
                    output = Tensor.ofFloats(values, first.getInfo().getShape());
                }
            } catch (OrtException e) {
                throw new InferenceException(
                        InferenceException.Code.BACKEND_FAILED, e.getMessage(), e);
            } finally {
                named.values().forEach(OnnxTensor::close);
            }
        }

        @Override
        public CompletableFuture<Void> runAsync(Executor executor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Tensor output(int index) {
            if (index != 0 || output == null) {
                throw new IllegalStateException("no output " + index);
            }
            return output;
        }

        @Override
        public String backend() {
            return "oracle@1";
        }

        @Override
        public void cancel() {}

        @Override
        public void release() {
            output = null;
        }

        @Override
        public void close() {
            openCalls.decrementAndGet();
        }
    }
}
