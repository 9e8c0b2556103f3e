package ai.tenon.onnxruntime.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.tenon.graph.Tensor;

/** Native tensors over the buffers of Tenon's. */
public final class OrtTensors {
    private OrtTensors() {}

    /**
     * A native tensor over the tensor's own buffer, without a copy.
     *
     * @param tensor in a direct buffer, of a type that {@link JavaTypes} knows
     * @return to be closed by the caller; it keeps the buffer alive until then
     */
    public static OnnxTensor over(Tensor tensor) throws OrtException {
        return OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(),
                tensor.buffer(),
                tensor.shape(),
                JavaTypes.of(tensor.type()));
    }
}
