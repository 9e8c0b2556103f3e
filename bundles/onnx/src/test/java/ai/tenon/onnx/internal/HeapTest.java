package ai.tenon.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.model.ModelFormatException;
import ai.tenon.onnx.internal.proto.AttributeProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * A file whose bytes become many times as many on the heap is refused before the heap is full, in a
 * process with little of it.
 */
class HeapTest {
    private static final List<String> SMALL =
            List.of("-Xmx24m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    @Test
    void aSmallHeapIsNeverExhausted() throws Exception {
        List<String> command = new ArrayList<>(SMALL);
        command.add(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), HeapTest.class.getName()));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(child.getInputStream().readAllBytes());
        assertTrue(child.waitFor(1, TimeUnit.MINUTES), "does not end");
        assertEquals("all refused" + System.lineSeparator(), said);
        assertEquals(0, child.exitValue());
    }

    /** Runs in the process with little heap. */
    public static void main(String[] args) throws IOException {
        for (var kind : kinds().entrySet()) {
            int many = 256;
            while (reads(kind.getKey(), model(kind.getValue().apply(many)))) {
                many += many / 2;
            }
        }
        System.out.println("all refused");
    }

    /** What there may be many of: fields that are added to a model. */
    private static Map<String, IntFunction<ByteString>> kinds() {
        Map<String, IntFunction<ByteString>> kinds = new TreeMap<>();
        kinds.put("nodes", many -> graph(each(many, i -> field(1, field(4, text("N"))))));
        kinds.put("node outputs", many -> node(each(many, i -> field(2, name(i)))));
        kinds.put("node inputs", many -> node(each(many, i -> field(1, text("x")))));
        kinds.put("graph inputs", many -> graph(each(many, i -> field(11, field(1, name(i))))));
        kinds.put("graph outputs", many -> graph(each(many, i -> field(12, field(1, text("x"))))));
        kinds.put("value infos", many -> graph(each(many, i -> field(13, field(1, name(i))))));
        kinds.put(
                "metadata",
                many ->
                        field(14, field(1, text("k")))
                                .concat(graph(each(many, i -> field(16, field(1, name(i)))))));
        kinds.put(
                "dimensions",
                many ->
                        graph(
                                field(
                                        11,
                                        field(1, text("d"))
                                                .concat(
                                                        field(
                                                                2,
                                                                field(
                                                                        1,
                                                                        field(
                                                                                2,
                                                                                each(
                                                                                        many,
                                                                                        i ->
                                                                                                field(
                                                                                                        1,
                                                                                                        ByteString
                                                                                                                .EMPTY)))))))));
        kinds.put("functions", many -> each(many, i -> field(25, field(1, name(i)))));
        kinds.put("attributes", many -> node(each(many, i -> field(5, attribute(name(i), 2)))));
        kinds.put(
                "ints",
                many -> node(field(5, attribute(text("a"), 7).concat(field(8, zeros(many))))));
        kinds.put(
                "floats",
                many -> node(field(5, attribute(text("a"), 6).concat(field(7, zeros(4 * many))))));
        kinds.put(
                "strings",
                many ->
                        node(
                                field(
                                        5,
                                        attribute(text("a"), 8)
                                                .concat(
                                                        each(
                                                                many,
                                                                i ->
                                                                        field(
                                                                                9,
                                                                                ByteString
                                                                                        .EMPTY))))));
        kinds.put(
                "graphs",
                many ->
                        node(
                                field(
                                        5,
                                        attribute(text("a"), 10)
                                                .concat(
                                                        each(
                                                                many,
                                                                i ->
                                                                        field(
                                                                                11,
                                                                                ByteString
                                                                                        .EMPTY))))));
        kinds.put(
                "initializers",
                many ->
                        graph(
                                each(
                                        many,
                                        i ->
                                                field(
                                                        5,
                                                        tensor(name(i), 1, 1)
                                                                .concat(field(9, zeros(4)))))));
        kinds.put(
                "small typed tensors",
                many ->
                        graph(
                                each(
                                        many,
                                        i ->
                                                field(
                                                        5,
                                                        tensor(name(i), 7, 1)
                                                                .concat(field(7, zeros(1)))))));
        kinds.put(
                "float data",
                many ->
                        graph(
                                field(
                                        5,
                                        tensor(text("t"), 1, many)
                                                .concat(field(4, zeros(4 * many))))));
        kinds.put(
                "int32 data",
                many -> graph(field(5, tensor(text("t"), 3, many).concat(field(5, zeros(many))))));
        kinds.put(
                "int64 data",
                many -> graph(field(5, tensor(text("t"), 7, many).concat(field(7, zeros(many))))));
        kinds.put(
                "string data",
                many ->
                        graph(
                                field(
                                        5,
                                        tensor(text("t"), 8, many)
                                                .concat(
                                                        each(
                                                                many,
                                                                i ->
                                                                        field(
                                                                                6,
                                                                                ByteString
                                                                                        .EMPTY))))));
        kinds.put(
                "rank",
                many -> graph(field(5, tensor(text("t"), 1, 0).concat(field(1, zeros(many))))));
        kinds.put("unknown fields", many -> each(many, i -> field(100, zeros(1))));
        return kinds;
    }

    private static ByteString graph(ByteString fields) {
        return field(7, fields);
    }

    private static ByteString node(ByteString fields) {
        return graph(field(1, field(4, text("N")).concat(fields)));
    }

    private static ByteString attribute(ByteString name, int type) {
        return AttributeProto.newBuilder().setNameBytes(name).setType(type).build().toByteString();
    }

    private static ByteString tensor(ByteString name, int type, int length) {
        return TensorProto.newBuilder()
                .setNameBytes(name)
                .setDataType(type)
                .addDims(length)
                .build()
                .toByteString();
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static ByteString name(int number) {
        return text("_" + Integer.toString(number, Character.MAX_RADIX));
    }

    private static ByteString zeros(int bytes) {
        return ByteString.copyFrom(new byte[bytes]);
    }

    private static ByteString each(int many, IntFunction<ByteString> part) {
        ByteString.Output all = ByteString.newOutput();
        try {
            for (int i = 0; i < many; i++) {
                part.apply(i).writeTo(all);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toByteString();
    }

    private static ByteString field(int number, ByteString content) {
        byte[] field = new byte[CodedOutputStream.computeBytesSize(number, content)];
        try {
            CodedOutputStream.newInstance(field).writeBytes(number, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteString.copyFrom(field);
    }

    /** False if the model is refused because it needs too much heap. */
    private static boolean reads(String kind, ByteBuffer model) throws IOException {
        try {
            new OnnxFormat().read(model);
            return true;
        } catch (ModelFormatException e) {
            if (!e.getMessage().contains("-Xmx")) {
                throw e;
            }
            return false;
        } catch (OutOfMemoryError e) {
            throw new AssertionError(kind + " of " + model.remaining() + " bytes", e);
        }
    }

    /** The model in a direct buffer: a mapped file takes no heap either. */
    private static ByteBuffer model(ByteString fields) {
        byte[] bytes = Samples.add().build().toByteString().concat(fields).toByteArray();
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
