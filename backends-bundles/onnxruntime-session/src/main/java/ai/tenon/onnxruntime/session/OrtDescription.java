package ai.tenon.onnxruntime.session;

import ai.tenon.backend.BackendDescription;
import ai.tenon.backend.BackendDescription.PartitionPolicy;
import ai.tenon.backend.BackendDescription.QuantizationInput;
import ai.tenon.backend.BackendDescription.ShapeSupport;
import ai.tenon.backend.BackendDescription.Trait;
import ai.tenon.backend.QuantizationContract;
import ai.tenon.backend.QuantizationContract.Granularity;
import ai.tenon.graph.DataType;
import java.util.Set;

/** What every backend on ONNX Runtime's CPU provider can say of itself. */
public final class OrtDescription {
    private OrtDescription() {}

    /** A description to which the backend adds what is its own. */
    public static BackendDescription.Builder builder(String name) {
        Set<Granularity> perTensorOrChannel =
                Set.of(Granularity.PER_TENSOR, Granularity.PER_CHANNEL);
        return BackendDescription.builder(
                        name,
                        "CPU ("
                                + System.getProperty("os.arch")
                                + ", "
                                + Runtime.getRuntime().availableProcessors()
                                + " cores)")
                .partitionPolicy(PartitionPolicy.WHOLE_GRAPH)
                .shapeSupport(ShapeSupport.DYNAMIC)
                .settings(SessionSettings.KNOWN)
                .quantizationInput(QuantizationInput.ACCEPTS_QDQ)
                .quantization(
                        new QuantizationContract(
                                DataType.UINT8, DataType.INT8, false, perTensorOrChannel))
                .quantization(
                        new QuantizationContract(
                                DataType.INT8, DataType.INT8, false, perTensorOrChannel))
                .trait(Trait.PARALLEL_CONTEXTS);
    }
}
