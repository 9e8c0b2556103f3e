package ai.tenon.onnxruntime.session;

import ai.onnxruntime.OnnxTensor;

/**
 * A native tensor and whoever has to close it.
 *
 * @param tensor for passing to a run
 * @param owner closing it frees the tensor
 */
public record NativeTensor(OnnxTensor tensor, AutoCloseable owner) {
    /** A tensor that owns itself. */
    public static NativeTensor of(OnnxTensor tensor) {
        return new NativeTensor(tensor, tensor);
    }

    void close() {
        try {
            owner.close();
        } catch (Exception e) {
            throw new IllegalStateException("a native tensor cannot be freed", e);
        }
    }
}
