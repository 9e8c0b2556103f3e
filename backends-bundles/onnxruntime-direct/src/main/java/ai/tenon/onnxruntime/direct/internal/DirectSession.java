package ai.tenon.onnxruntime.direct.internal;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.tenon.graph.Tensor;
import ai.tenon.onnxruntime.session.NativeTensor;
import ai.tenon.onnxruntime.session.OrtTensors;
import ai.tenon.onnxruntime.session.SessionOwner;

/** Owns a session as it is; its tensors own themselves. */
record DirectSession(OrtSession session) implements SessionOwner {
    @Override
    public TensorFactory newTensorFactory() {
        return new TensorFactory() {
            @Override
            public NativeTensor wrap(Tensor tensor) throws OrtException {
                return NativeTensor.of(OrtTensors.over(tensor));
            }

            @Override
            public void close() {
                // Owns nothing.
            }
        };
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
