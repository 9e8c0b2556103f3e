package ai.tenon.onnx.internal;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An ONNX message in pieces, ready to be written: the bytes of its skeleton, and the weights where
 * they belong.
 */
final class SkeletonWriter {
    private final byte[] bytes;
    private final CodedInputStream in;
    private final Skeleton skeleton;
    private final List<ByteBuffer> pieces = new ArrayList<>();
    private final long size;

    SkeletonWriter(MessageLite message, Schema schema, Skeleton skeleton) throws IOException {
        this.bytes = message.toByteArray();
        this.in = CodedInputStream.newInstance(bytes);
        this.skeleton = skeleton;
        this.size = message(schema, bytes.length);
    }

    /** Bytes to be written. */
    long size() {
        return size;
    }

    void writeTo(Sink sink) throws IOException {
        for (ByteBuffer piece : pieces) {
            sink.put(piece.duplicate());
        }
    }

    interface Sink {
        /** Takes all remaining bytes. */
        void put(ByteBuffer bytes) throws IOException;
    }

    /** Cuts a message into pieces and returns its size. */
    private long message(Schema schema, int end) throws IOException {
        long total = 0;
        int from = in.getTotalBytesRead();
        while (in.getTotalBytesRead() < end) {
            int tag = in.readTag();
            Schema.Field field = schema.field(WireFormat.getTagFieldNumber(tag));
            boolean weights = field == Schema.Field.WEIGHTS;
            // A field of another wire type is one that the protobuf runtime did not know.
            if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED
                    || !weights && (field == null || field.message() == null)) {
                in.skipField(tag);
                continue;
            }
            total += add(ByteBuffer.wrap(bytes, from, in.getTotalBytesRead() - from));
            if (weights) {
                ByteBuffer content = skeleton.get(in.readBytes());
                total += add(varint(content.remaining())) + add(content);
            } else {
                int length = in.readRawVarint32();
                int lengthAt = pieces.size();
                pieces.add(null);
                long content = message(field.message(), in.getTotalBytesRead() + length);
                pieces.set(lengthAt, varint(content));
                total += pieces.get(lengthAt).remaining() + content;
            }
            from = in.getTotalBytesRead();
        }
        return total + add(ByteBuffer.wrap(bytes, from, end - from));
    }

    private long add(ByteBuffer piece) {
        pieces.add(piece);
        return piece.remaining();
    }

    private static ByteBuffer varint(long length) throws IOException {
        byte[] encoded = new byte[CodedOutputStream.computeUInt64SizeNoTag(length)];
        CodedOutputStream.newInstance(encoded).writeUInt64NoTag(length);
        return ByteBuffer.wrap(encoded);
    }
}
