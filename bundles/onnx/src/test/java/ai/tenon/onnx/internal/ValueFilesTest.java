package ai.tenon.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.ValueType;
import ai.tenon.onnx.internal.proto.OptionalProto;
import com.google.protobuf.MessageLite;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ValueFilesTest {
    private static final Pattern FILE =
            Pattern.compile("(.*/)test_data_set_\\d+/(input|output)_(\\d+)\\.pb");

    private final OnnxFormat format = new OnnxFormat();
    private String folder;
    private Graph graph;

    @Test
    void sequencesOptionalsAndMaps() throws Exception {
        Datum.Sequence read = (Datum.Sequence) read(Samples.sequence(), "sequence");
        assertEquals(new ValueType.OfTensor(DataType.FLOAT, null), read.elementType());
        assertEquals(2, ((Tensor) read.elements().get(1)).size());

        assertInstanceOf(
                Datum.Sequence.class,
                ((Datum.Optional) read(Samples.optional(), "optional")).value());
        OptionalProto none = OptionalProto.newBuilder().setElemType(1).build();
        assertNull(((Datum.Optional) read(none, "optional")).value());

        Map<Object, Datum> entries = ((Datum.Mapping) read(Samples.map(), "map")).entries();
        assertEquals(1, ((Tensor) entries.get(5L)).size());
        assertEquals(2, ((Tensor) entries.get(-5L)).size());
    }

    @Test
    void everyValueOfTheConformanceSuite() throws Exception {
        List<String> wrong = new ArrayList<>();
        int[] values = {0};
        Models.conformance(
                (name, content) -> {
                    Matcher file = FILE.matcher(name);
                    if (name.endsWith("/model.onnx")) {
                        folder = name.substring(0, name.lastIndexOf('/') + 1);
                        graph = format.read(ByteBuffer.wrap(content)).graph();
                    } else if (file.matches()) {
                        assertEquals(folder, file.group(1), "the model comes before its data");
                        values[0]++;
                        check(file, content, wrong);
                    }
                });
        assertEquals(List.of(), wrong);
        assertTrue(values[0] > 5000, () -> "only " + values[0] + " values");
    }

    private void check(Matcher file, byte[] content, List<String> wrong) throws Exception {
        var declared = file.group(2).equals("input") ? graph.inputs() : graph.outputs();
        ValueType type = declared.get(Integer.parseInt(file.group(3))).type();
        Datum value = format.readValue(ByteBuffer.wrap(content), kind(type));
        if (type instanceof ValueType.OfTensor tensor
                && !(value instanceof Tensor read
                        && read.type() == tensor.elementType()
                        && (tensor.shape() == null || tensor.shape().accepts(read)))) {
            wrong.add(file.group() + ": " + value + " for " + type);
        }
    }

    private static String kind(ValueType type) {
        if (type instanceof ValueType.OfSequence) {
            return "sequence";
        }
        return type instanceof ValueType.OfOptional ? "optional" : "tensor";
    }

    private Datum read(MessageLite proto, String kind) throws Exception {
        return format.readValue(ByteBuffer.wrap(proto.toByteArray()), kind);
    }
}
