package ai.tenon.graph.numeric;

import ai.tenon.graph.DataType;

/**
 * Floating-point formats of sixteen bits and fewer, as ONNX and the OCP formats define them.
 *
 * <p>Decoding is exact; encoding rounds to the nearest, ties to even.
 */
public enum SmallFloat {
    FLOAT16(5, 10, 15, Special.IEEE),
    BFLOAT16(8, 7, 127, Special.IEEE),
    FLOAT8E4M3FN(4, 3, 7, Special.NAN_ALL_ONES),
    FLOAT8E4M3FNUZ(4, 3, 8, Special.NAN_MINUS_ZERO),
    FLOAT8E5M2(5, 2, 15, Special.IEEE),
    FLOAT8E5M2FNUZ(5, 2, 16, Special.NAN_MINUS_ZERO),
    FLOAT4E2M1(2, 1, 1, Special.FINITE);

    private enum Special {
        /** The highest exponent holds infinities and NaN. */
        IEEE,
        /** NaN is all ones beside the sign; there is no infinity. */
        NAN_ALL_ONES,
        /** NaN takes the place of minus zero; there is no infinity. */
        NAN_MINUS_ZERO,
        /** Neither NaN nor infinity. */
        FINITE
    }

    private final int exponentBits;
    private final int mantissaBits;
    private final int bias;
    private final Special special;
    private final double max;

    SmallFloat(int exponentBits, int mantissaBits, int bias, Special special) {
        this.exponentBits = exponentBits;
        this.mantissaBits = mantissaBits;
        this.bias = bias;
        this.special = special;
        int top = (1 << exponentBits + mantissaBits) - 1;
        int largest =
                switch (special) {
                    case IEEE -> top - (1 << mantissaBits);
                    case NAN_ALL_ONES -> top - 1;
                    case NAN_MINUS_ZERO, FINITE -> top;
                };
        this.max = magnitude(largest);
    }

    /** The format of a tensor's elements; null for types that are none of these. */
    public static SmallFloat of(DataType type) {
        return switch (type) {
            case FLOAT16 -> FLOAT16;
            case BFLOAT16 -> BFLOAT16;
            case FLOAT8E4M3FN -> FLOAT8E4M3FN;
            case FLOAT8E4M3FNUZ -> FLOAT8E4M3FNUZ;
            case FLOAT8E5M2 -> FLOAT8E5M2;
            case FLOAT8E5M2FNUZ -> FLOAT8E5M2FNUZ;
            case FLOAT4E2M1 -> FLOAT4E2M1;
            default -> null;
        };
    }

    /** The value of an encoded number; bits above the format's own are ignored. */
    public double decode(int code) {
        int signBit = 1 << exponentBits + mantissaBits;
        int magnitude = code & signBit - 1;
        boolean negative = (code & signBit) != 0;
        switch (special) {
            case IEEE -> {
                if (magnitude >> mantissaBits == (1 << exponentBits) - 1) {
                    return (magnitude & (1 << mantissaBits) - 1) != 0
                            ? Double.NaN
                            : negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
                }
            }
            case NAN_ALL_ONES -> {
                if (magnitude == signBit - 1) {
                    return Double.NaN;
                }
            }
            case NAN_MINUS_ZERO -> {
                if (negative && magnitude == 0) {
                    return Double.NaN;
                }
            }
            case FINITE -> {}
        }
        double value = magnitude(magnitude);
        return negative ? -value : value;
    }

    /**
     * The nearest encoded number.
     *
     * @param saturate whether what is too large becomes the largest number, as ONNX's {@code Cast}
     *     does with 8-bit formats; otherwise it becomes infinity, or NaN where there is none
     */
    public int encode(double value, boolean saturate) {
        int signBit = 1 << exponentBits + mantissaBits;
        int sign = Math.copySign(1.0, value) < 0 ? signBit : 0;
        if (Double.isNaN(value)) {
            return switch (special) {
                case IEEE -> sign | (1 << exponentBits) - 1 << mantissaBits | 1 << mantissaBits - 1;
                case NAN_ALL_ONES -> sign | signBit - 1;
                case NAN_MINUS_ZERO -> signBit;
                // As the ml_dtypes package, on which ONNX's own tests rest: minus zero.
                case FINITE -> signBit;
            };
        }
        double absolute = Math.abs(value);
        double rounded = Double.isInfinite(absolute) ? absolute : round(absolute);
        if (rounded > max) {
            if (saturate || special == Special.FINITE) {
                return sign | code(max);
            }
            return switch (special) {
                case IEEE -> sign | (1 << exponentBits) - 1 << mantissaBits;
                case NAN_ALL_ONES -> sign | signBit - 1;
                default -> signBit;
            };
        }
        int code = code(rounded);
        return code == 0 && special == Special.NAN_MINUS_ZERO ? 0 : sign | code;
    }

    private double round(double absolute) {
        int exponent = Math.max(Math.getExponent(absolute), 1 - bias);
        double quantum = Math.scalb(1.0, exponent - mantissaBits);
        return Math.rint(absolute / quantum) * quantum;
    }

    private int code(double rounded) {
        int exponent = Math.getExponent(rounded);
        if (exponent < 1 - bias) {
            return (int) Math.scalb(rounded, bias - 1 + mantissaBits);
        }
        int mantissa = (int) Math.scalb(rounded, mantissaBits - exponent) - (1 << mantissaBits);
        return exponent + bias << mantissaBits | mantissa;
    }

    private double magnitude(int code) {
        int exponent = code >> mantissaBits;
        int mantissa = code & (1 << mantissaBits) - 1;
        return exponent == 0
                ? Math.scalb((double) mantissa, 1 - bias - mantissaBits)
                : Math.scalb(
                        (double) (mantissa | 1 << mantissaBits), exponent - bias - mantissaBits);
    }
}
