package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.numeric.SmallFloat;

/**
 * What the numbers that take a weight's place look like: {@code weight = (code - zero) * scale},
 * with codes from 0 to 2^bits - 1.
 *
 * @param bits of a code
 * @param granularity which weights share a scale
 * @param block weights that share a scale where the granularity is {@code PER_BLOCK}
 * @param symmetric whether {@code zero} is {@link #middle} for all, and is not stored
 * @param scaleType FLOAT or FLOAT16, as which scales are stored
 */
record Format(int bits, Granularity granularity, int block, boolean symmetric, DataType scaleType) {
    /** Which weights share a scale. */
    enum Granularity {
        PER_TENSOR,
        PER_CHANNEL,
        PER_BLOCK
    }

    /** The highest code. */
    int highest() {
        return (1 << bits) - 1;
    }

    /**
     * The code of 0 in symmetric formats; with one bit there is none, and 0 lies between the two.
     */
    float middle() {
        return bits == 1 ? 0.5f : 1 << bits - 1;
    }

    /** Number of weights of a channel of {@code length} weights that share a scale. */
    int group(int length) {
        return granularity == Granularity.PER_BLOCK ? Math.min(block, length) : length;
    }

    /** Number of scales of a channel. */
    int groups(int length) {
        int group = group(length);
        return (length + group - 1) / group;
    }

    /** The scale as it will be stored; never 0, so that one can divide by it. */
    float stored(float scale) {
        if (scaleType == DataType.FLOAT) {
            return Math.abs(scale) < Float.MIN_NORMAL ? Float.MIN_NORMAL : scale;
        }
        SmallFloat half = SmallFloat.FLOAT16;
        float rounded = (float) half.decode(half.encode(scale, true));
        return rounded == 0 ? (float) half.decode(1) : rounded;
    }

    /** The code that is nearest to a weight. */
    int code(float weight, float scale, float zero) {
        if (bits == 1) {
            return weight >= 0 ? 1 : 0;
        }
        return Math.max(0, Math.min(highest(), (int) Math.rint(weight / scale + zero)));
    }

    /** As reports name it, as in {@code int4 per block of 32, symmetric}. */
    String words() {
        return (bits == 1 ? "binary" : "int" + bits)
                + switch (granularity) {
                    case PER_TENSOR -> " per tensor";
                    case PER_CHANNEL -> " per channel";
                    case PER_BLOCK -> " per block of " + block;
                }
                + (symmetric ? ", symmetric" : ", asymmetric");
    }
}
