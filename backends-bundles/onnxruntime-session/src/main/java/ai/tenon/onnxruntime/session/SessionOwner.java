package ai.tenon.onnxruntime.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.tenon.graph.Tensor;

/** The one object that owns a native session, and how tensors get to it. */
public interface SessionOwner extends AutoCloseable {
    /** Valid until {@link #close}. */
    OrtSession session();

    /** For one context. */
    TensorFactory newTensorFactory();

    /** Frees the session; called exactly once, after the last tensor factory was closed. */
    @Override
    void close() throws OrtException;

    /** Makes ONNX Runtime tensors over buffers, for one context. */
    interface TensorFactory extends AutoCloseable {
        /**
         * A native tensor over the tensor's own direct buffer, without a copy.
         *
         * @param tensor of a type with a buffer; the buffer is direct
         */
        NativeTensor wrap(Tensor tensor) throws OrtException;

        /** Frees what the factory itself owns; its tensors have been closed. */
        @Override
        void close();
    }
}
