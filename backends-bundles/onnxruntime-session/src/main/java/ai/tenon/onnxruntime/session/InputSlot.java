package ai.tenon.onnxruntime.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;

/**
 * One input of one context. The native view of a direct tensor is kept while the caller passes the
 * same tensor again; tensors on the heap are copied into a buffer of the slot at each run.
 */
final class InputSlot {
    private final SessionOwner.TensorFactory factory;
    private Tensor given;
    private Tensor wrapped;
    private NativeTensor view;

    InputSlot(SessionOwner.TensorFactory factory) {
        this.factory = factory;
    }

    /** True if {@code tensor} has the shape of the run before. */
    boolean hasShapeOf(Tensor tensor) {
        return given != null && given.sameTypeAndShape(tensor);
    }

    /** Takes the input of the next run; true if {@link #tensor} changed. */
    boolean take(Tensor tensor) throws OrtException {
        if (tensor.type() == DataType.STRING) {
            replace(tensor, tensor, strings(tensor));
            return true;
        }
        if (!tensor.buffer().isDirect()) {
            return stage(tensor);
        }
        if (tensor == wrapped) {
            return false;
        }
        replace(tensor, tensor, factory.wrap(tensor));
        return true;
    }

    private boolean stage(Tensor tensor) throws OrtException {
        boolean reuse = wrapped != given && hasShapeOf(tensor);
        if (!reuse) {
            Tensor staging = Tensor.allocate(tensor.type(), tensor.shape());
            replace(tensor, staging, factory.wrap(staging));
        }
        given = tensor;
        ByteBuffer target = wrapped.buffer();
        target.put(0, tensor.buffer(), 0, tensor.byteSize());
        return !reuse;
    }

    private void replace(Tensor newGiven, Tensor newWrapped, NativeTensor newView) {
        close();
        given = newGiven;
        wrapped = newWrapped;
        view = newView;
    }

    private static NativeTensor strings(Tensor tensor) throws OrtException {
        return NativeTensor.of(
                OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(), tensor.strings(), tensor.shape()));
    }

    OnnxTensor tensor() {
        return view.tensor();
    }

    void close() {
        NativeTensor old = view;
        given = null;
        wrapped = null;
        view = null;
        if (old != null) {
            old.close();
        }
    }
}
