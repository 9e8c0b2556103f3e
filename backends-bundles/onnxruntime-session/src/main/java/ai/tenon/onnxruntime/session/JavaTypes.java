package ai.tenon.onnxruntime.session;

import ai.onnxruntime.OnnxJavaType;
import ai.tenon.graph.DataType;

/** Which ONNX element types ONNX Runtime's Java API can pass, and what it calls them. */
final class JavaTypes {
    private JavaTypes() {}

    /**
     * ONNX Runtime's name of a type for tensors over a buffer; null if it cannot pass that type.
     */
    static OnnxJavaType of(DataType type) {
        return switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case BOOL -> OnnxJavaType.BOOL;
            default -> null;
        };
    }

    /** True if tensors of the type can be inputs. */
    static boolean canBeInput(DataType type) {
        return type == DataType.STRING || of(type) != null;
    }

    /**
     * True if tensors of the type can be outputs: unsigned integers can be read although they
     * cannot be passed.
     */
    static boolean canBeOutput(DataType type) {
        return canBeInput(type)
                || type == DataType.UINT16
                || type == DataType.UINT32
                || type == DataType.UINT64;
    }
}
