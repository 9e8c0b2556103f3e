package ai.tenon.onnx.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Tensor;
import ai.tenon.onnx.internal.proto.SparseTensorProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;

/** Makes {@code TensorProto}s over the buffers of tensors, which are not copied. */
final class TensorWriter {
    private final Skeleton skeleton;
    private final WeightFile weights;

    /**
     * @param skeleton takes the weights that stay in the model
     * @param weights where large tensors go; null to keep all in the model
     */
    TensorWriter(Skeleton skeleton, WeightFile weights) {
        this.skeleton = skeleton;
        this.weights = weights;
    }

    /**
     * @param rest what else the proto shall say
     */
    TensorProto write(Tensor tensor, TensorProto rest) throws IOException {
        TensorProto.Builder to = rest.toBuilder().setDataType(tensor.type().code());
        for (int axis = 0; axis < tensor.rank(); axis++) {
            to.addDims(tensor.dim(axis));
        }
        if (tensor.type() == DataType.STRING) {
            for (String text : tensor.strings()) {
                to.addStringData(ByteString.copyFromUtf8(text));
            }
        } else if (weights != null && tensor.byteSize() >= WeightFile.MIN_BYTES) {
            weights.append(tensor.buffer().duplicate(), to);
        } else if (tensor.byteSize() > 0) {
            to.setRawData(skeleton.add(tensor.buffer().duplicate()));
        }
        return to.build();
    }

    /**
     * @param rest what else the proto shall say
     */
    SparseTensorProto write(Datum.Sparse sparse, SparseTensorProto rest) throws IOException {
        return rest.toBuilder()
                .setValues(write(sparse.values(), rest.getValues()))
                .setIndices(write(sparse.indices(), rest.getIndices()))
                .addAllDims(sparse.shape())
                .build();
    }
}
