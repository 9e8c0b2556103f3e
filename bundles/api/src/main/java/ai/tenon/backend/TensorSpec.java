package ai.tenon.backend;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import java.util.Objects;

/**
 * What an input or output looks like. Made by {@link #of}; grows by {@code with…} methods.
 *
 * <p>Tensors cross the SPI row-major in the declared type. A backend whose hardware wants another
 * layout says so here, so that callers who can deliver it save the conversion.
 */
public final class TensorSpec {
    private final String name;
    private final DataType type;
    private final Shape shape;
    private final String nativeLayout;
    private final Quantization quantization;

    /**
     * How stored values become real ones: {@code real = scale * (stored - zeroPoint)}.
     *
     * @param scale greater than 0
     */
    public record Quantization(float scale, int zeroPoint) {}

    private TensorSpec(
            String name,
            DataType type,
            Shape shape,
            String nativeLayout,
            Quantization quantization) {
        this.name = Objects.requireNonNull(name, "name");
        this.type = Objects.requireNonNull(type, "type");
        this.shape = shape;
        this.nativeLayout = nativeLayout;
        this.quantization = quantization;
    }

    /**
     * @param shape null when not even the rank is known
     */
    public static TensorSpec of(String name, DataType type, Shape shape) {
        return new TensorSpec(name, type, shape, "", null);
    }

    static TensorSpec of(Value value) {
        return of(value.name(), value.tensorType().elementType(), value.tensorType().shape());
    }

    /** The same with the hardware's own layout, as in {@code NHWC} or {@code NC1HWC0}. */
    public TensorSpec withNativeLayout(String layout) {
        return new TensorSpec(name, type, shape, layout, quantization);
    }

    /** The same with the scale and zero point of its values. */
    public TensorSpec withQuantization(Quantization values) {
        return new TensorSpec(name, type, shape, nativeLayout, values);
    }

    public String name() {
        return name;
    }

    public DataType type() {
        return type;
    }

    /** Null when not even the rank is known. */
    public Shape shape() {
        return shape;
    }

    /** The hardware's own layout; empty for row-major. */
    public String nativeLayout() {
        return nativeLayout;
    }

    /** Scale and zero point; null for values that stand for themselves. */
    public Quantization quantization() {
        return quantization;
    }

    /** True if {@code tensor} can be passed here. Allocates nothing. */
    public boolean accepts(Tensor tensor) {
        return tensor.type() == type && (shape == null || shape.accepts(tensor));
    }

    @Override
    public String toString() {
        return name + ": " + type + (shape == null ? "[...]" : shape);
    }
}
