package ai.tenon.djl.onnxruntime.internal;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.onnxruntime.engine.OrtNDArray;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.onnxruntime.OrtException;
import ai.tenon.graph.Tensor;
import ai.tenon.onnxruntime.session.NativeTensor;
import ai.tenon.onnxruntime.session.OrtTensors;
import ai.tenon.onnxruntime.session.SessionOwner;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/** NDArrays over the buffers of Tenon's tensors; one manager per context. */
record DjlTensors(OrtNDManager manager) implements SessionOwner.TensorFactory {
    /** An NDArray, or ONNX Runtime's own tensor for what DJL's engine cannot take. */
    @Override
    public NativeTensor wrap(Tensor tensor) throws OrtException {
        DataType type = typeOf(tensor);
        if (type == null || tensor.size() == 0) {
            return NativeTensor.of(OrtTensors.over(tensor));
        }
        OrtNDArray array = manager.create(view(tensor), new Shape(tensor.shape()), type);
        return new NativeTensor(array.getTensor(), array);
    }

    private static DataType typeOf(Tensor tensor) {
        return switch (tensor.type()) {
            case FLOAT -> DataType.FLOAT32;
            case DOUBLE -> DataType.FLOAT64;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case INT8 -> DataType.INT8;
            case UINT8 -> DataType.UINT8;
            default -> null;
        };
    }

    /** DJL copies nothing when the buffer is direct and of the element's type. */
    private static Buffer view(Tensor tensor) {
        ByteBuffer bytes = tensor.buffer();
        return switch (tensor.type()) {
            case FLOAT -> bytes.asFloatBuffer();
            case DOUBLE -> bytes.asDoubleBuffer();
            case INT32 -> bytes.asIntBuffer();
            case INT64 -> bytes.asLongBuffer();
            default -> bytes;
        };
    }

    @Override
    public void close() {
        manager.close();
    }
}
