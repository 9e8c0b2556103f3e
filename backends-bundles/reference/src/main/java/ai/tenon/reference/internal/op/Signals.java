package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Lanes;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Fourier transforms and windows. A signal's last dimension is 1 (real) or 2 (complex). */
final class Signals implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("DFT")
                .since(17)
                .types(Types.FLOATS)
                .input(1, Types.INDEXES)
                .input(2, Types.INDEXES)
                .one(
                        call -> {
                            boolean inverse = call.flag("inverse", false);
                            boolean half = call.flag("onesided", false);
                            if (inverse && !half) {
                                throw new Unsupported("inverse of a two-sided spectrum");
                            }
                            boolean asInput = call.opset() >= 20;
                            long given = asInput ? -2 : call.integer("axis", 1);
                            return in -> {
                                long[] length = Slicing.longs(in, 1);
                                long[] axis = asInput ? Slicing.longs(in, 2) : null;
                                return transform(
                                        in[0],
                                        length == null ? -1 : length[0],
                                        Strides.axis(axis == null ? given : axis[0], in[0].rank()),
                                        inverse,
                                        half);
                            };
                        });
        ops.op("STFT")
                .since(17)
                .types(Types.FLOATS)
                .input(1, Types.INDEXES)
                .input(3, Types.INDEXES)
                .one(
                        call -> {
                            boolean half = call.flag("onesided", true);
                            return in -> shortTime(in, half);
                        });
        window(ops, "HannWindow", a -> 0.5 - 0.5 * Math.cos(a));
        window(ops, "HammingWindow", a -> 25.0 / 46 - 21.0 / 46 * Math.cos(a));
        window(ops, "BlackmanWindow", a -> 0.42 - 0.5 * Math.cos(a) + 0.08 * Math.cos(2 * a));
    }

    private static void window(Operators ops, String name, DoubleUnaryOperator shape) {
        ops.op(name)
                .since(17)
                .types(Types.INDEXES)
                .one(
                        call -> {
                            boolean periodic = call.flag("periodic", true);
                            DataType type = call.type("output_datatype", DataType.FLOAT);
                            return in -> {
                                int size = Numbers.ints(in[0])[0];
                                double[] values = new double[size];
                                double period = periodic ? size : size - 1;
                                Arrays.setAll(
                                        values, i -> shape.applyAsDouble(2 * Math.PI * i / period));
                                return Numbers.of(type, values, size);
                            };
                        });
    }

    private static Tensor transform(
            Tensor x, long wanted, int axis, boolean inverse, boolean half) {
        int parts = (int) x.dim(x.rank() - 1);
        int have = (int) x.dim(axis);
        boolean toReal = inverse && half;
        int length = wanted >= 0 ? (int) wanted : toReal ? 2 * (have - 1) : have;
        int count = half && !inverse ? length / 2 + 1 : length;
        double[] values = Numbers.doubles(x);
        long[] signal = Arrays.copyOf(x.shape(), x.rank() - 1);
        long[] shape = signal.clone();
        shape[axis] = count;
        Lanes from = new Lanes(signal, axis);
        Lanes to = new Lanes(shape, axis);
        int width = toReal ? 1 : 2;
        double[] y = new double[Tensor.elements(shape) * width];
        for (int lane = 0; lane < from.starts.length; lane++) {
            double[] line = new double[2 * length];
            for (int i = 0; i < Math.min(have, length); i++) {
                int at = (from.starts[lane] + from.offsets[i]) * parts;
                line[2 * i] = values[at];
                line[2 * i + 1] = parts == 2 ? values[at + 1] : 0;
            }
            // Half of a real signal's spectrum mirrors the other.
            for (int i = have; i < length && toReal; i++) {
                line[2 * i] = line[2 * (length - i)];
                line[2 * i + 1] = -line[2 * (length - i) + 1];
            }
            double[] spectrum = fourier(line, count, inverse);
            for (int i = 0; i < count; i++) {
                int at = (to.starts[lane] + to.offsets[i]) * width;
                System.arraycopy(spectrum, 2 * i, y, at, width);
            }
        }
        long[] full = Arrays.copyOf(shape, shape.length + 1);
        full[shape.length] = width;
        return Numbers.of(x.type(), y, full);
    }

    /** The first {@code count} of the discrete Fourier transform of complex numbers. */
    private static double[] fourier(double[] x, int count, boolean inverse) {
        int n = x.length / 2;
        double[] cos = new double[n];
        double[] sin = new double[n];
        for (int i = 0; i < n; i++) {
            cos[i] = Math.cos(2 * Math.PI * i / n);
            sin[i] = (inverse ? 1 : -1) * Math.sin(2 * Math.PI * i / n);
        }
        double[] y = new double[2 * count];
        for (int f = 0; f < count; f++) {
            for (int i = 0; i < n; i++) {
                int turn = (int) ((long) f * i % n);
                y[2 * f] += x[2 * i] * cos[turn] - x[2 * i + 1] * sin[turn];
                y[2 * f + 1] += x[2 * i] * sin[turn] + x[2 * i + 1] * cos[turn];
            }
            y[2 * f] /= inverse ? n : 1;
            y[2 * f + 1] /= inverse ? n : 1;
        }
        return y;
    }

    private static Tensor shortTime(Tensor[] in, boolean half) {
        Tensor signal = in[0].rank() == 2 ? in[0].reshaped(in[0].dim(0), in[0].dim(1), 1) : in[0];
        int step = Numbers.ints(in[1])[0];
        Tensor window = Kernel.optional(in, 2);
        Tensor given = Kernel.optional(in, 3);
        int length =
                given != null
                        ? Numbers.ints(given)[0]
                        : window != null ? window.size() : (int) signal.dim(1);
        int frames = (int) (signal.dim(1) - length) / step + 1;
        Tensor[] spectra = new Tensor[frames];
        for (int i = 0; i < frames; i++) {
            Tensor frame = Slicing.part(signal, 1, (long) i * step, length);
            if (window != null) {
                frame =
                        Elementwise.combine(
                                frame, window.reshaped(1, window.size(), 1), (a, b) -> a * b);
            }
            Tensor spectrum = transform(frame, -1, 1, false, half);
            spectra[i] = spectrum.reshaped(spectrum.dim(0), 1, spectrum.dim(1), 2);
        }
        return Rearranging.concat(spectra, 1);
    }
}
