package ai.tenon.onnx.internal;

import ai.tenon.model.ModelFormatException;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Parses an ONNX message without reading its weights. A first pass over the bytes checks what a
 * hostile file could do to the parser (lengths, nesting, texts, how much heap it would take),
 * leaves the weights where they are and copies the rest, which is then parsed.
 */
final class SkeletonReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    /** The protobuf runtime stops at 100. */
    private static final int MAX_DEPTH = 90;

    /** A length that is known only later takes this many bytes, more than it needs. */
    private static final int PADDED_LENGTH = 5;

    /** Heap that a message and a field take, in the proto and in the graph made of it: generous. */
    private static final int MESSAGE_HEAP = 400;

    private static final int FIELD_HEAP = 80;

    /** A text may name a value of the graph. */
    private static final int TEXT_HEAP = 240;

    /** Keeps what is copied within one array. */
    private static final long MAX_HEAP = 2L << 30;

    private final ByteBuffer in;
    private final Skeleton skeleton;
    private final long heapLimit;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer chars = CharBuffer.allocate(256);
    private byte[] out = new byte[8192];
    private int size;
    private int position;
    private long heap;

    private SkeletonReader(ByteBuffer in, Skeleton skeleton, long heapLimit) {
        this.in = in;
        this.skeleton = skeleton;
        this.heapLimit = heapLimit;
    }

    /**
     * Parses a message.
     *
     * @param skeleton takes the weights
     */
    static <T extends MessageLite> T parse(
            ByteBuffer bytes, Schema schema, Parser<T> parser, Skeleton skeleton)
            throws ModelFormatException {
        long heapLimit = Math.min(Runtime.getRuntime().maxMemory() / 2, MAX_HEAP);
        SkeletonReader reader = new SkeletonReader(bytes.slice(), skeleton, heapLimit);
        reader.message(schema, reader.in.limit(), 0, Place.FILE);
        try {
            CodedInputStream in = CodedInputStream.newInstance(reader.out, 0, reader.size);
            T message = parser.parseFrom(in);
            in.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFormatException("", "no ONNX protobuf: " + e.getMessage(), e);
        }
    }

    private void message(Schema schema, int end, int depth, Place place)
            throws ModelFormatException {
        if (depth > MAX_DEPTH) {
            throw place.error("messages are nested too deeply");
        }
        take(MESSAGE_HEAP, place);
        int[] counts = new int[Schema.FIELDS];
        while (position < end) {
            int start = position;
            long tag = varint(end, place);
            int tagEnd = position;
            int wire = (int) (tag & 7);
            long number = tag >>> 3;
            if (number == 0 || number >= 1 << 29) {
                throw place.error("no ONNX protobuf: field number " + number);
            }
            Schema.Field field = schema.field((int) number);
            take(FIELD_HEAP, place);
            if (wire != BYTES || field == null) {
                skip(wire, end, place);
                take(2L * (position - start), place);
                copy(start, position);
                continue;
            }
            int index = field.repeated() ? counts[(int) number]++ : -1;
            Place at = place.at(field.name(), index);
            int bytes = length(end, at);
            if (field == Schema.Field.WEIGHTS) {
                var stand = skeleton.add(in.slice(position, bytes));
                copy(start, tagEnd);
                ensure(1 + stand.size());
                out[size++] = (byte) stand.size();
                stand.copyTo(out, size);
                size += stand.size();
                position += bytes;
            } else if (field.message() != null) {
                copy(start, tagEnd);
                int lengthAt = size;
                ensure(PADDED_LENGTH);
                size += PADDED_LENGTH;
                message(field.message(), position + bytes, depth + 1, at);
                putPadded(lengthAt, size - lengthAt - PADDED_LENGTH);
            } else {
                if (field.isText()) {
                    take(TEXT_HEAP, at);
                    requireUtf8(in.slice(position, bytes), at);
                }
                take(2L * bytes * field.heapFactor(), at);
                position += bytes;
                copy(start, position);
            }
        }
    }

    private void skip(int wire, int end, Place place) throws ModelFormatException {
        switch (wire) {
            case VARINT -> varint(end, place);
            case FIXED64 -> advance(Long.BYTES, end, place);
            case FIXED32 -> advance(Integer.BYTES, end, place);
            case BYTES -> advance(length(end, place), end, place);
            default -> throw place.error("no ONNX protobuf: wire type " + wire);
        }
    }

    private void advance(int bytes, int end, Place place) throws ModelFormatException {
        if (bytes > end - position) {
            throw place.error("the file is truncated or damaged");
        }
        position += bytes;
    }

    private int length(int end, Place place) throws ModelFormatException {
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

    private long varint(int end, Place place) throws ModelFormatException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (position >= end) {
                throw place.error("the file is truncated or damaged");
            }
            byte next = in.get(position++);
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw place.error("no ONNX protobuf: a number of more than 64 bits");
    }

    private void requireUtf8(ByteBuffer text, Place place) throws ModelFormatException {
        utf8.reset();
        CoderResult result;
        do {
            result = utf8.decode(text, chars.clear(), true);
        } while (result.isOverflow());
        if (result.isError()) {
            throw place.error("a text is not UTF-8");
        }
    }

    private void take(long bytes, Place place) throws ModelFormatException {
        heap += bytes;
        if (heap > heapLimit) {
            throw place.error(
                    "the model, weights not counted, needs more than about "
                            + (heapLimit >> 20)
                            + " MB of heap; this process can have more with -Xmx");
        }
    }

    private void copy(int from, int to) {
        ensure(to - from);
        in.get(from, out, size, to - from);
        size += to - from;
    }

    private void putPadded(int at, int value) {
        for (int i = 0; i < PADDED_LENGTH; i++) {
            boolean last = i == PADDED_LENGTH - 1;
            out[at + i] = (byte) (value >>> 7 * i & 0x7f | (last ? 0 : 0x80));
        }
    }

    private void ensure(int more) {
        if (more > out.length - size) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, size + more));
        }
    }
}
