package ai.tenon.onnx.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Changes ONNX files so that most of them stay well-formed protobufs: fields are removed, repeated,
 * exchanged with others of the same or another model, and given odd values; now and then plain
 * bytes are damaged.
 */
final class Mutator {
    private static final long[] NUMBERS = {
        0,
        1,
        2,
        3,
        7,
        8,
        16,
        26,
        27,
        127,
        255,
        65536,
        Integer.MAX_VALUE,
        1L << 31,
        1L << 32,
        1L << 60,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        -2
    };
    private static final String[] TEXTS = {
        "",
        "x",
        "y",
        "w",
        "input_ids",
        "ai.onnx",
        "com.microsoft",
        "location",
        "offset",
        "../up",
        "\0",
        "\ud83d\ude00"
    };
    private static final int MAX_BYTES = 4 << 20;

    private final Random random;
    private final Map<Schema, List<Message>> parts = new EnumMap<>(Schema.class);

    Mutator(Random random) {
        this.random = random;
    }

    /** Adds a message whose parts may be put into others. */
    void learn(Schema schema, byte[] message) throws IOException {
        learn(parse(schema, message));
    }

    private void learn(Message message) {
        parts.computeIfAbsent(message.schema, key -> new ArrayList<>()).add(message);
        for (Field field : message.fields) {
            if (field.value instanceof Message inner) {
                learn(inner);
            }
        }
    }

    byte[] mutate(Schema schema, byte[] original) throws IOException {
        Message message = parse(schema, original);
        for (int i = random.nextInt(4); i >= 0; i--) {
            change(message);
        }
        byte[] bytes = message.bytes();
        if (random.nextInt(8) == 0) {
            bytes = damage(bytes);
        }
        return bytes.length > MAX_BYTES ? original : bytes;
    }

    private byte[] damage(byte[] bytes) {
        byte[] damaged = random.nextBoolean() ? bytes : Arrays.copyOf(bytes, below(bytes.length));
        for (int i = random.nextInt(5); i >= 0 && damaged.length > 0; i--) {
            damaged[below(damaged.length)] = (byte) random.nextInt();
        }
        return damaged;
    }

    private void change(Message root) {
        Message message = root;
        while (!message.fields.isEmpty() && random.nextInt(6) != 0) {
            Field field = message.fields.get(below(message.fields.size()));
            if (!(field.value instanceof Message inner)) {
                break;
            }
            message = inner;
        }
        if (message.fields.isEmpty()) {
            message.fields.add(new Field(1 + random.nextInt(30), (long) random.nextInt(9)));
            return;
        }
        int at = below(message.fields.size());
        Field field = message.fields.get(at);
        switch (random.nextInt(6)) {
            case 0 -> message.fields.remove(at);
            case 1 -> message.fields.add(below(message.fields.size()), field);
            case 2 -> {
                Field other = message.fields.get(below(message.fields.size()));
                message.fields.set(at, new Field(field.number, other.value));
            }
            case 3 -> message.fields.set(at, new Field(1 + random.nextInt(30), field.value));
            default -> message.fields.set(at, new Field(field.number, odd(field.value)));
        }
    }

    private Object odd(Object value) {
        if (value instanceof Message message) {
            List<Message> others = parts.get(message.schema);
            // a copy: what is learnt must not change, nor come to contain itself
            return others.get(below(others.size())).copy();
        }
        if (value instanceof Long) {
            return NUMBERS[below(NUMBERS.length)];
        }
        if (value instanceof ByteString bytes) {
            return switch (random.nextInt(4)) {
                case 0 -> ByteString.copyFrom(damage(bytes.toByteArray()));
                case 1 -> bytes.concat(bytes);
                default -> ByteString.copyFromUtf8(TEXTS[below(TEXTS.length)]);
            };
        }
        return random.nextInt();
    }

    private int below(int bound) {
        return bound == 0 ? 0 : random.nextInt(bound);
    }

    private static Message parse(Schema schema, byte[] bytes) throws IOException {
        Message message = new Message(schema, new ArrayList<>());
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int number = WireFormat.getTagFieldNumber(tag);
            Schema.Field known = schema.field(number);
            message.fields.add(
                    new Field(
                            number,
                            switch (WireFormat.getTagWireType(tag)) {
                                case WireFormat.WIRETYPE_VARINT -> in.readInt64();
                                case WireFormat.WIRETYPE_FIXED32 -> in.readFixed32();
                                case WireFormat.WIRETYPE_FIXED64 -> in.readFixed64();
                                default ->
                                        known != null && known.message() != null
                                                ? parse(known.message(), in.readByteArray())
                                                : in.readBytes();
                            }));
        }
        return message;
    }

    /**
     * @param value a {@code Message}, a {@code Long}, an {@code Integer} or a {@code ByteString}
     */
    private record Field(int number, Object value) {}

    private record Message(Schema schema, List<Field> fields) {
        Message copy() {
            List<Field> copies = new ArrayList<>();
            for (Field field : fields) {
                copies.add(
                        field.value instanceof Message inner
                                ? new Field(field.number, inner.copy())
                                : field);
            }
            return new Message(schema, copies);
        }

        byte[] bytes() throws IOException {
            ByteString.Output out = ByteString.newOutput();
            CodedOutputStream to = CodedOutputStream.newInstance(out);
            for (Field field : fields) {
                if (field.value instanceof Message message) {
                    to.writeByteArray(field.number, message.bytes());
                } else if (field.value instanceof ByteString bytes) {
                    to.writeBytes(field.number, bytes);
                } else if (field.value instanceof Long number) {
                    to.writeInt64(field.number, number);
                } else {
                    to.writeFixed32(field.number, (Integer) field.value);
                }
            }
            to.flush();
            return out.toByteString().toByteArray();
        }
    }
}
