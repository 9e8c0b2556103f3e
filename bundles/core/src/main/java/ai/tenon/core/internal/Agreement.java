package ai.tenon.core.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * How far two outputs of the same inputs lie apart.
 *
 * @param cosine of the two as vectors, 1 for equal ones
 * @param difference the largest absolute difference
 */
record Agreement(double cosine, double difference) {
    static final Agreement EQUAL = new Agreement(1, 0);

    /** Compares; NaN equals NaN, and types other than floats and bytes must be equal bit by bit. */
    static Agreement between(Tensor expected, Tensor actual) {
        if (!expected.sameTypeAndShape(actual)) {
            return new Agreement(-1, Double.POSITIVE_INFINITY);
        }
        if (!isNumeric(expected.type())) {
            return expected.contentEquals(actual)
                    ? EQUAL
                    : new Agreement(-1, Double.POSITIVE_INFINITY);
        }
        double dot = 0;
        double squareE = 0;
        double squareA = 0;
        double worst = 0;
        for (int i = 0; i < expected.size(); i++) {
            double e = at(expected, i);
            double a = at(actual, i);
            if (Double.isNaN(e) && Double.isNaN(a) || e == a) {
                a = e;
            } else {
                worst =
                        Math.max(
                                worst,
                                Double.isNaN(e - a) ? Double.POSITIVE_INFINITY : Math.abs(e - a));
            }
            if (Double.isFinite(e) && Double.isFinite(a)) {
                dot += e * a;
                squareE += e * e;
                squareA += a * a;
            }
        }
        double length = Math.sqrt(squareE) * Math.sqrt(squareA);
        return new Agreement(
                length == 0 ? (squareE == squareA ? 1 : 0) : Math.min(1, dot / length), worst);
    }

    /** The worse of both. */
    Agreement and(Agreement other) {
        return new Agreement(
                Math.min(cosine, other.cosine), Math.max(difference, other.difference));
    }

    /**
     * True if every element of a float tensor is a number and not infinite; true for other types.
     */
    static boolean isFinite(Tensor tensor) {
        if (tensor.type() != DataType.FLOAT && tensor.type() != DataType.DOUBLE) {
            return true;
        }
        for (int i = 0; i < tensor.size(); i++) {
            if (!Double.isFinite(at(tensor, i))) {
                return false;
            }
        }
        return true;
    }

    /** Bytes are what quantized models answer with; a step more or less is no other answer. */
    private static boolean isNumeric(DataType type) {
        return type == DataType.FLOAT
                || type == DataType.DOUBLE
                || type == DataType.INT8
                || type == DataType.UINT8;
    }

    private static double at(Tensor tensor, int index) {
        ByteBuffer buffer = tensor.buffer();
        return switch (tensor.type()) {
            case FLOAT -> buffer.getFloat(4 * index);
            case DOUBLE -> buffer.getDouble(8 * index);
            case INT8 -> buffer.get(index);
            case UINT8 -> Byte.toUnsignedInt(buffer.get(index));
            default -> throw new IllegalArgumentException(tensor.type() + " is compared bitwise");
        };
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "cosine %.6f, difference %.2g", cosine, difference);
    }
}
