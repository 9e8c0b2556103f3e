package ai.tenon.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.onnx.internal.proto.AttributeProto;
import ai.tenon.onnx.internal.proto.GraphProto;
import ai.tenon.onnx.internal.proto.ModelProto;
import ai.tenon.onnx.internal.proto.NodeProto;
import ai.tenon.onnx.internal.proto.StringStringEntryProto;
import ai.tenon.onnx.internal.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalFilesTest {
    @TempDir Path folder;

    private static TensorProto at(String location) {
        return TensorProto.newBuilder()
                .setDataLocation(TensorReader.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue(location))
                .build();
    }

    @Test
    void locationsAreFoundInSubgraphsAndNotOpened() throws IOException {
        GraphProto body = GraphProto.newBuilder().addInitializer(at("b/in.bin")).build();
        ModelProto model =
                ModelProto.newBuilder()
                        .setGraph(
                                GraphProto.newBuilder()
                                        .addInitializer(at("a.bin"))
                                        .addInitializer(at("a.bin"))
                                        .addInitializer(TensorProto.newBuilder().setName("inside"))
                                        .addNode(
                                                NodeProto.newBuilder()
                                                        .addAttribute(
                                                                AttributeProto.newBuilder()
                                                                        .setG(body))
                                                        .addAttribute(
                                                                AttributeProto.newBuilder()
                                                                        .setT(at("../c")))))
                        .build();
        Path file = Files.write(folder.resolve("m.onnx"), model.toByteArray());
        assertEquals(List.of("../c", "a.bin", "b/in.bin"), new OnnxFormat().externalFiles(file));
    }
}
