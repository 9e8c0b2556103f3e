package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.DataType;

/**
 * Eight bits and which of their codes are used.
 *
 * @param type INT8 or UINT8
 * @param low the lowest code
 * @param high the highest code
 */
record CodeType(DataType type, int low, int high) {
    static final CodeType UINT8 = new CodeType(DataType.UINT8, 0, 255);
    static final CodeType INT8 = new CodeType(DataType.INT8, -128, 127);

    /**
     * What weights are stored as.
     *
     * @param symmetric as many codes above the zero point as below
     * @param reduced one bit less: without VNNI two products of 8 and 8 bits overflow the 16 bits
     *     in which x86 adds them
     */
    static CodeType ofWeights(DataType type, boolean symmetric, boolean reduced) {
        boolean signed = type == DataType.INT8;
        if (symmetric) {
            int half = reduced ? 64 : 127;
            return signed
                    ? new CodeType(type, -half, half)
                    : new CodeType(type, 128 - half, 128 + half);
        }
        return signed
                ? reduced ? new CodeType(type, -64, 63) : INT8
                : reduced ? new CodeType(type, 0, 127) : UINT8;
    }

    int steps() {
        return high - low;
    }

    int clamp(double code) {
        return (int) Math.max(low, Math.min(high, code));
    }
}
