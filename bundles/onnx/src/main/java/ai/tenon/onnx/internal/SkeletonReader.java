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

    private final Wire in;
    private final Skeleton skeleton;
    private final long heapLimit;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer chars = CharBuffer.allocate(256);
    private byte[] out = new byte[8192];
    private int size;
    private long heap;

    private SkeletonReader(ByteBuffer in, Skeleton skeleton, long heapLimit) {
        this.in = new Wire(in);
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
        reader.message(schema, bytes.remaining(), 0, Place.FILE);
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
        while (in.position() < end) {
            int start = in.position();
            long tag = in.varint(end, place);
            int tagEnd = in.position();
            int wire = (int) (tag & 7);
            long number = tag >>> 3;
            if (number == 0 || number >= 1 << 29) {
                throw place.error("no ONNX protobuf: field number " + number);
            }
            Schema.Field field = schema.field((int) number);
            take(FIELD_HEAP, place);
            if (wire != Wire.BYTES || field == null) {
                in.skip(wire, end, place);
                take(2L * (in.position() - start), place);
                copy(start, in.position());
                continue;
            }
            int index = field.repeated() ? counts[(int) number]++ : -1;
            Place at = place.at(field.name(), index);
            int bytes = in.length(end, at);
            if (field == Schema.Field.WEIGHTS) {
                var stand = skeleton.add(in.bytes(bytes));
                copy(start, tagEnd);
                ensure(1 + stand.size());
                out[size++] = (byte) stand.size();
                stand.copyTo(out, size);
                size += stand.size();
            } else if (field.message() != null) {
                copy(start, tagEnd);
                int lengthAt = size;
                ensure(PADDED_LENGTH);
                size += PADDED_LENGTH;
                message(field.message(), in.position() + bytes, depth + 1, at);
                putPadded(lengthAt, size - lengthAt - PADDED_LENGTH);
            } else {
                take(2L * bytes * field.heapFactor(), at);
                ByteBuffer content = in.bytes(bytes);
                if (field.isText()) {
                    take(TEXT_HEAP, at);
                    requireUtf8(content, at);
                }
                copy(start, in.position());
            }
        }
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
        in.copy(from, to, out, size);
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
