package ai.tenon.onnx.internal;

import ai.tenon.model.ModelFormatException;
import java.nio.ByteBuffer;

/** Protobuf's encoding, read from a buffer of which nothing is trusted. */
final class Wire {
    /** The wire type of texts, bytes, messages and packed lists. */
    static final int BYTES = 2;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int FIXED32 = 5;

    private final ByteBuffer bytes;
    private int position;

    Wire(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** What comes next. */
    int position() {
        return position;
    }

    /** The next {@code count} bytes, not copied; a call of {@link #length} has found them there. */
    ByteBuffer bytes(int count) {
        ByteBuffer next = bytes.slice(position, count);
        position += count;
        return next;
    }

    void copy(int from, int to, byte[] target, int at) {
        bytes.get(from, target, at, to - from);
    }

    void skip(int wire, int end, Place place) throws ModelFormatException {
        switch (wire) {
            case VARINT -> varint(end, place);
            case FIXED64 -> advance(Long.BYTES, end, place);
            case FIXED32 -> advance(Integer.BYTES, end, place);
            case BYTES -> advance(length(end, place), end, place);
            default -> throw place.error("no ONNX protobuf: wire type " + wire);
        }
    }

    private void advance(int count, int end, Place place) throws ModelFormatException {
        if (count > end - position) {
            throw place.error("the file is truncated or damaged");
        }
        position += count;
    }

    /** Reads the length of what follows, which is all there before {@code end}. */
    int length(int end, Place place) throws ModelFormatException {
        long length = varint(end, place);
        if (length < 0 || length > end - position) {
            throw place.error(
                    "the file is truncated or damaged: "
                            + Long.toUnsignedString(length)
                            + " bytes announced, "
                            + (end - position)
                            + " there");
        }
        return (int) length;
    }

    long varint(int end, Place place) throws ModelFormatException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (position >= end) {
                throw place.error("the file is truncated or damaged");
            }
            byte next = bytes.get(position++);
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw place.error("no ONNX protobuf: a number of more than 64 bits");
    }
}
