package ai.tenon.quantizer.floating.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.SmallFloat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A floating-point format of sixteen bits, and what FLOAT becomes in it. */
enum Half {
    FP16(DataType.FLOAT16, SmallFloat.FLOAT16, 65504, 7, 7),
    BF16(DataType.BFLOAT16, SmallFloat.BFLOAT16, 0x1.fep127f, 13, 22);

    private final DataType type;
    private final SmallFloat format;
    private final float largest;
    private final long castOpset;
    private final long computeOpset;

    Half(DataType type, SmallFloat format, float largest, long castOpset, long computeOpset) {
        this.type = type;
        this.format = format;
        this.largest = largest;
        this.castOpset = castOpset;
        this.computeOpset = computeOpset;
    }

    DataType type() {
        return type;
    }

    /** The first operator set that can cast this type, and if need be compute in it. */
    long opset(boolean computes) {
        return computes ? computeOpset : castOpset;
    }

    /** The scheme's name. */
    String scheme() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Why a FLOAT tensor cannot be stored in this format; empty if it can. */
    String obstacle(Tensor tensor) {
        for (int i = 0; i < tensor.size(); i++) {
            float value = tensor.buffer().getFloat(Float.BYTES * i);
            if (!Float.isFinite(value)) {
                return "its weights are not finite: there are NaN or infinities among them";
            }
            if (Math.abs(value) > largest) {
                return "a weight of "
                        + value
                        + " is beyond the largest number of "
                        + type
                        + ", "
                        + largest;
            }
        }
        return "";
    }

    /** A FLOAT tensor with every element rounded to the nearest. */
    Tensor round(Tensor tensor) {
        ByteBuffer rounded =
                ByteBuffer.allocate(Short.BYTES * tensor.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < tensor.size(); i++) {
            float value = tensor.buffer().getFloat(Float.BYTES * i);
            rounded.putShort((short) format.encode(value, true));
        }
        return Tensor.of(type, tensor.shape(), rounded.flip());
    }
}
