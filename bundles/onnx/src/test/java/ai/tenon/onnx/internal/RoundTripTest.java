package ai.tenon.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.onnx.internal.proto.ModelProto;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read and written again says the same, field by field. */
class RoundTripTest {
    private final OnnxFormat format = new OnnxFormat();

    @Test
    void everyModelOfTheConformanceSuite() throws Exception {
        List<String> wrong = new ArrayList<>();
        int[] models = {0};
        Models.conformance(
                (name, content) -> {
                    if (name.endsWith(".onnx")) {
                        models[0]++;
                        check(name, content, wrong);
                    }
                });
        assertTrue(models[0] > 1900, () -> "only " + models[0] + " models");
        assertEquals(List.of(), wrong);
    }

    @Test
    void everyModelOfTheSharedData() throws Exception {
        List<String> wrong = new ArrayList<>();
        try (var files = Files.walk(Models.sharedData())) {
            for (Path file : files.filter(path -> format.accepts(path.toString())).toList()) {
                check(file.toString(), Files.readAllBytes(file), wrong);
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void aModelThatSaysEverything() throws Exception {
        List<String> wrong = new ArrayList<>();
        check("everything", Samples.everything().toByteArray(), wrong);
        assertEquals(List.of(), wrong);
    }

    @Test
    void miniLm(@TempDir Path folder) throws Exception {
        List<String> wrong = new ArrayList<>();
        check("MiniLM", Files.readAllBytes(Models.miniLm(folder)), wrong);
        assertEquals(List.of(), wrong);
    }

    private void check(String name, byte[] original, List<String> wrong) throws Exception {
        try {
            ByteBuffer written = format.write(format.read(ByteBuffer.wrap(original)));
            ModelProto was = Normal.form(ModelProto.parseFrom(original));
            ModelProto is = Normal.form(ModelProto.parseFrom(written));
            if (!was.equals(is)) {
                wrong.add(name + " differs");
            } else if (!written.equals(format.write(format.read(written)))) {
                wrong.add(name + " differs when written again");
            }
        } catch (Exception e) {
            wrong.add(name + ": " + e);
        }
    }
}
