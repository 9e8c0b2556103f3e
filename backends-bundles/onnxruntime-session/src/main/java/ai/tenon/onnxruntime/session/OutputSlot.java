package ai.tenon.onnxruntime.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtUtil;
import ai.tenon.backend.TensorSpec;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;

/**
 * One output of one context. While its shape is known before the run, ONNX Runtime writes straight
 * into the slot's buffer (it is pinned); otherwise the result is copied there once, and its shape
 * is the guess for the next run.
 */
final class OutputSlot {
    private final TensorSpec spec;
    private final boolean isStatic;
    private boolean guessing;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);
    private Tensor tensor;
    private OnnxTensor pinned;

    OutputSlot(TensorSpec spec) throws OrtException {
        this.spec = spec;
        boolean pinnable = JavaTypes.of(spec.type()) != null;
        isStatic = pinnable && spec.shape() != null && spec.shape().isStatic();
        guessing = pinnable && !isStatic;
        if (isStatic) {
            pin(spec.shape().lengths());
        }
    }

    String name() {
        return spec.name();
    }

    /** What ONNX Runtime shall write into; null to let it allocate. */
    OnnxTensor pinned() {
        return pinned;
    }

    /** True if the pinned shape is a guess from the run before. */
    boolean isGuess() {
        return pinned != null && !isStatic;
    }

    /** Takes the guess back; the shape of the next result is not known. */
    void unpin() {
        if (isGuess()) {
            pinned.close();
            pinned = null;
        }
    }

    /** Takes the guess back for good: the shape depends on more than the inputs' shapes. */
    void stopGuessing() {
        guessing = false;
        unpin();
    }

    /** Copies a result that ONNX Runtime allocated. */
    void accept(OnnxTensor result) throws OrtException {
        long[] shape = result.getInfo().getShape();
        if (spec.type() == DataType.STRING) {
            tensor = Tensor.ofStrings(strings(result.getValue()), shape);
            return;
        }
        if (guessing) {
            pin(shape);
        } else {
            tensor = place(shape);
        }
        tensor.buffer().put(0, result.getByteBuffer(), 0, tensor.byteSize());
    }

    /** A scalar comes as a string, all else as arrays of arrays. */
    private static String[] strings(Object value) {
        return value instanceof String scalar
                ? new String[] {scalar}
                : OrtUtil.flattenString(value);
    }

    private void pin(long[] shape) throws OrtException {
        tensor = place(shape);
        pinned = OrtTensors.over(tensor);
    }

    /** A tensor of that shape in the slot's buffer, which grows when it has to. */
    private Tensor place(long[] shape) {
        long bytes = spec.type().bytes(Tensor.elements(shape));
        if (bytes > buffer.capacity()) {
            if (bytes > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("output " + spec + " is larger than 2 GiB");
            }
            buffer = ByteBuffer.allocateDirect((int) bytes);
        }
        return Tensor.of(spec.type(), shape, buffer.slice(0, (int) bytes));
    }

    Tensor tensor() {
        return tensor;
    }

    void close() {
        if (pinned != null) {
            pinned.close();
            pinned = null;
        }
        buffer = null;
        tensor = null;
    }
}
