package ai.tenon.graph.numeric;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Tensors as Java arrays and back: the one place that knows how element types are encoded.
 *
 * <p>Operators compute with {@code double} for the floating-point types and with {@code long} for
 * integers and BOOL (UINT64 as its bit pattern); storing rounds to the nearest or wraps around.
 */
public final class Numbers {
    private Numbers() {}

    /** A zero-filled tensor on the heap, where the garbage collector frees it. */
    public static Tensor allocate(DataType type, long... shape) {
        int size = Tensor.elements(shape);
        if (type == DataType.STRING) {
            String[] strings = new String[size];
            java.util.Arrays.fill(strings, "");
            return Tensor.ofStrings(strings, shape);
        }
        long bytes = type.bytes(size);
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("a result of " + bytes + " bytes exceeds 2 GiB");
        }
        return Tensor.of(
                type, shape, ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** The elements as {@code float}; a copy. */
    public static float[] floats(Tensor tensor) {
        float[] values = new float[tensor.size()];
        if (tensor.type() == DataType.FLOAT) {
            little(tensor).asFloatBuffer().get(values);
        } else {
            double[] wide = doubles(tensor);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) wide[i];
            }
        }
        return values;
    }

    /** The elements of a tensor of any numeric type; a copy. */
    public static double[] doubles(Tensor tensor) {
        int size = tensor.size();
        double[] values = new double[size];
        DataType type = tensor.type();
        SmallFloat small = SmallFloat.of(type);
        if (type == DataType.FLOAT) {
            float[] floats = floats(tensor);
            for (int i = 0; i < size; i++) {
                values[i] = floats[i];
            }
        } else if (type == DataType.DOUBLE) {
            little(tensor).asDoubleBuffer().get(values);
        } else if (type == DataType.FLOAT8E8M0) {
            for (int i = 0; i < size; i++) {
                int code = tensor.buffer().get(i) & 0xff;
                values[i] = code == 255 ? Double.NaN : Math.scalb(1.0, code - 127);
            }
        } else if (small != null) {
            long[] codes = codes(tensor);
            for (int i = 0; i < size; i++) {
                values[i] = small.decode((int) codes[i]);
            }
        } else {
            long[] longs = longs(tensor);
            for (int i = 0; i < size; i++) {
                long value = longs[i];
                values[i] =
                        type == DataType.UINT64 && value < 0
                                ? (value >>> 1 | value & 1) * 2.0
                                : value;
            }
        }
        return values;
    }

    /** The elements of an integer or BOOL tensor, or floating-point ones cut off; a copy. */
    public static long[] longs(Tensor tensor) {
        DataType type = tensor.type();
        if (type.isFloat()) {
            double[] doubles = doubles(tensor);
            long[] values = new long[doubles.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (long) doubles[i];
            }
            return values;
        }
        long[] values = codes(tensor);
        int shift = 64 - type.bits();
        if (signed(type)) {
            for (int i = 0; i < values.length; i++) {
                values[i] = values[i] << shift >> shift;
            }
        }
        return values;
    }

    /** The elements of an integer tensor that counts or points. */
    public static int[] ints(Tensor tensor) {
        long[] longs = longs(tensor);
        int[] values = new int[longs.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.toIntExact(longs[i]);
        }
        return values;
    }

    /** A FLOAT tensor over the heap. */
    public static Tensor ofFloats(float[] values, long... shape) {
        Tensor tensor = allocate(DataType.FLOAT, shape);
        little(tensor).asFloatBuffer().put(values);
        return tensor;
    }

    /** A tensor of any numeric type with these values rounded to it; too large becomes infinite. */
    public static Tensor of(DataType type, double[] values, long... shape) {
        return of(type, values, false, shape);
    }

    /** As {@link #of(DataType, double[], long...)}; 8-bit floats may saturate instead. */
    public static Tensor of(DataType type, double[] values, boolean saturate, long... shape) {
        SmallFloat small = SmallFloat.of(type);
        int size = values.length;
        if (type == DataType.FLOAT) {
            float[] floats = new float[size];
            for (int i = 0; i < size; i++) {
                floats[i] = (float) values[i];
            }
            return ofFloats(floats, shape);
        }
        if (type == DataType.DOUBLE) {
            Tensor tensor = allocate(type, shape);
            little(tensor).asDoubleBuffer().put(values);
            return tensor;
        }
        long[] codes = new long[size];
        for (int i = 0; i < size; i++) {
            double value = values[i];
            codes[i] =
                    small != null
                            ? small.encode(value, saturate)
                            : type == DataType.UINT64 && value >= 0x1p63
                                    ? (long) (value - 0x1p63) ^ Long.MIN_VALUE
                                    : (long) value;
        }
        return ofCodes(type, codes, shape);
    }

    /** A tensor of any numeric type with these values, wrapped around where they do not fit. */
    public static Tensor of(DataType type, long[] values, long... shape) {
        if (type.isFloat()) {
            double[] doubles = new double[values.length];
            for (int i = 0; i < doubles.length; i++) {
                doubles[i] = values[i];
            }
            return of(type, doubles, shape);
        }
        return ofCodes(type, values, shape);
    }

    /** An INT64 tensor on the heap. */
    public static Tensor ofLongs(long[] values, long... shape) {
        return ofCodes(DataType.INT64, values, shape);
    }

    /** A BOOL tensor on the heap. */
    public static Tensor ofBooleans(boolean[] values, long... shape) {
        Tensor tensor = allocate(DataType.BOOL, shape);
        for (int i = 0; i < values.length; i++) {
            tensor.buffer().put(i, (byte) (values[i] ? 1 : 0));
        }
        return tensor;
    }

    /** The lowest value of a type, as a {@code double}. */
    public static double lowest(DataType type) {
        return type == DataType.FLOAT || type == DataType.DOUBLE || type.isFloat()
                ? Double.NEGATIVE_INFINITY
                : signed(type) ? -Math.scalb(1.0, type.bits() - 1) : 0;
    }

    /** The highest value of an integer type as {@code long}; UINT64 as its bit pattern. */
    public static long highest(DataType type) {
        return signed(type)
                ? (1L << type.bits() - 1) - 1
                : type.bits() == 64 ? -1 : (1L << type.bits()) - 1;
    }

    /** True for the signed integer types. */
    public static boolean signed(DataType type) {
        return switch (type) {
            case INT2, INT4, INT8, INT16, INT32, INT64 -> true;
            default -> false;
        };
    }

    /** The raw elements, zero-extended. */
    public static long[] codes(Tensor tensor) {
        int size = tensor.size();
        long[] codes = new long[size];
        ByteBuffer buffer = tensor.buffer();
        int bits = tensor.type().bits();
        switch (bits) {
            case 64 -> little(tensor).asLongBuffer().get(codes);
            case 32 -> {
                for (int i = 0; i < size; i++) {
                    codes[i] = buffer.getInt(4 * i) & 0xffff_ffffL;
                }
            }
            case 16 -> {
                for (int i = 0; i < size; i++) {
                    codes[i] = buffer.getShort(2 * i) & 0xffff;
                }
            }
            case 8 -> {
                for (int i = 0; i < size; i++) {
                    codes[i] = buffer.get(i) & 0xff;
                }
            }
            case 4, 2 -> {
                for (int i = 0; i < size; i++) {
                    int bit = i * bits;
                    codes[i] = buffer.get(bit >> 3) >> (bit & 7) & (1 << bits) - 1;
                }
            }
            default -> throw new IllegalArgumentException("no number in " + tensor.type());
        }
        return codes;
    }

    /** A tensor of these raw elements; bits above the type's own are dropped. */
    public static Tensor ofCodes(DataType type, long[] codes, long... shape) {
        Tensor tensor = allocate(type, shape);
        ByteBuffer buffer = tensor.buffer();
        int bits = type.bits();
        for (int i = 0; i < codes.length; i++) {
            long code = type == DataType.BOOL ? (codes[i] != 0 ? 1 : 0) : codes[i];
            switch (bits) {
                case 64 -> buffer.putLong(8 * i, code);
                case 32 -> buffer.putInt(4 * i, (int) code);
                case 16 -> buffer.putShort(2 * i, (short) code);
                case 8 -> buffer.put(i, (byte) code);
                case 4, 2 -> {
                    int bit = i * bits;
                    long part = (code & (1 << bits) - 1) << (bit & 7);
                    buffer.put(bit >> 3, (byte) (buffer.get(bit >> 3) | part));
                }
                default -> throw new IllegalArgumentException("no number in " + type);
            }
        }
        return tensor;
    }

    private static ByteBuffer little(Tensor tensor) {
        return tensor.buffer().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
