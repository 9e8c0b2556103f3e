package ai.tenon.onnx.internal;

import ai.tenon.onnx.internal.proto.StringStringEntryProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The file beside a model that takes the weights which the model's own file has no room for. */
final class WeightFile {
    /** Tensors of fewer bytes stay in the model. */
    static final int MIN_BYTES = 1024;

    /** Every tensor starts on a page, so that it can be mapped by itself. */
    private static final int PAGE = 4096;

    private final FileChannel channel;
    private final String location;
    private long end;

    /**
     * @param location the file's name, relative to the model's folder
     */
    WeightFile(FileChannel channel, String location) {
        this.channel = channel;
        this.location = location;
    }

    /** Appends data and lets the tensor refer to it. */
    void append(ByteBuffer data, TensorProto.Builder tensor) throws IOException {
        long offset = (end + PAGE - 1) / PAGE * PAGE;
        end = offset + data.remaining();
        tensor.setDataLocation(1)
                .addExternalData(entry("location", location))
                .addExternalData(entry("offset", Long.toString(offset)))
                .addExternalData(entry("length", Long.toString(data.remaining())));
        long at = offset;
        while (data.hasRemaining()) {
            at += channel.write(data, at);
        }
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
