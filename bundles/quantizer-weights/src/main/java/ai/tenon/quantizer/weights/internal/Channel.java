package ai.tenon.quantizer.weights.internal;

import java.util.Arrays;

/** One channel's weights as codes, with the scale and zero of each of its groups. */
final class Channel {
    final float[] scales;

    /** Whole numbers but for the middle of one bit, {@link Format#middle}. */
    final float[] zeros;

    private final Format format;
    private final byte[] codes;

    Channel(Format format, int length) {
        this.format = format;
        codes = new byte[length];
        scales = new float[format.groups(length)];
        zeros = new float[scales.length];
        Arrays.fill(zeros, format.middle());
    }

    int length() {
        return codes.length;
    }

    /** From 0 to {@link Format#highest}. */
    int code(int index) {
        return codes[index] & 0xff;
    }

    /** Rounds one weight to the nearest code of its group. */
    void round(int index, float weight) {
        int group = index / format.group(codes.length);
        codes[index] = (byte) format.code(weight, scales[group], zeros[group]);
    }

    /** The weight that a code stands for. */
    float weight(int index) {
        int group = index / format.group(codes.length);
        return (code(index) - zeros[group]) * scales[group];
    }
}
