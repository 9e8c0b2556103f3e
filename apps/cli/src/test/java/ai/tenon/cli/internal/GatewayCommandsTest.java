package ai.tenon.cli.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.Tensor;
import ai.tenon.samples.npy.Npy;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayCommandsTest {
    @TempDir Path data;

    private final Console console = new Console();
    private ContractGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new ContractGateway(data);
        console.environment.put("TENON_DATA", data.toString());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void listsAsATableAndAsJson() throws IOException {
        assertEquals(0, console.run("endpoints"), console.err);
        assertTrue(console.out.startsWith("NAME    STATE    MODEL"), console.out);
        assertTrue(console.out.contains("reference@1.0.0"), console.out);
        assertEquals("double", console.json(0, "endpoints").get(0).path("name").asText());
    }

    @Test
    void whichNodesRunWhereIsALineAndOnDemandAList() throws IOException {
        for (String command : List.of("endpoints", "models")) {
            assertEquals(0, console.run(command), console.err);
            assertTrue(
                    console.out.contains("cut: 2 parts: cpu@1.0.0 1 node; ort@1.0.0 1 node"),
                    console.out);
            assertFalse(console.out.contains("TopK"), console.out);
            assertEquals(0, console.run(command, "cut"), console.err);
            assertTrue(
                    console.out.contains("2     ort@1.0.0  TopK 't'     cpu@1.0.0: no TopK")
                            || console.out.matches(
                                    "(?s).*2 +ort@1.0.0 +TopK 't' +cpu@1.0.0: no TopK\n.*"),
                    console.out);
            assertFalse(console.out.contains("\u001b"), console.out);
            assertFalse(console.out.contains("double"), console.out);
            console.assertRefused("'none'; see 'tenon " + command + "'", command, "none");
        }
        assertEquals(
                "cut on cpu@1.0.0 + ort@1.0.0",
                console.json(0, "models", "cut.onnx").get(0).path("endpoints").get(0).asText());
    }

    @Test
    void changesCarryTheFieldsOfTheRequestAndWaitForTheEnd() throws IOException {
        Path model = Files.write(data.resolve("tiny.onnx"), new byte[1]);
        JsonNode done = console.json(0, "deploy", model.toString(), "--threads", "2");
        assertEquals("SUCCEEDED", done.path("state").asText());
        JsonNode request = gateway.changes.get(0);
        assertEquals("deploy", request.path("kind").asText());
        assertEquals("tiny", request.path("name").asText());
        assertEquals(model.toUri().toString(), request.path("model").asText());
        assertEquals("2", request.path("settings").path("threads").asText());
        assertTrue(request.path("id").asText().matches("[A-Za-z0-9._-]{1,64}"));

        assertEquals(0, console.run("swap", "tiny", "--backend", "reference@1.0.0"));
        assertEquals("reference@1.0.0", gateway.changes.get(1).path("backend").asText());
        assertEquals(0, console.run("swap", "tiny", "--auto"));
        assertEquals("", gateway.changes.get(2).path("backend").asText());
        assertEquals(0, console.run("rollback"));
        assertEquals(0, gateway.changes.get(3).path("generation").asLong());
        assertEquals(0, console.run("uninstall", "ai.tenon.reference@1.0.0"));
        assertEquals("1.0.0", gateway.changes.get(4).path("version").asText());
        assertEquals("it is done\n", console.out);
        assertEquals(0, console.run("configure", "ai.tenon.core", "threads=2", "backends[]=a,b"));
        JsonNode values = gateway.changes.get(5).path("values");
        assertEquals("2", values.path("threads").asText());
        assertEquals("a,b", values.path("backends[]").asText());
    }

    @Test
    void aRecipeTravelsWithADeployment() throws IOException {
        Path model = Files.write(data.resolve("tiny.onnx"), new byte[1]);
        Path recipe = data.resolve("recipe.json");
        Files.writeString(
                recipe,
                "{\"passes\":[\"a@1\"],\"scheme\":\"int8\",\"options\":{\"range.x\":\"-1,1\"}}");
        console.json(0, "deploy", model.toString(), "--recipe", recipe.toString());
        assertEquals(
                "{\"passes\":[\"a@1\"],\"scheme\":\"int8\",\"options\":{\"range.x\":\"-1,1\"}}",
                gateway.changes.get(0).path("recipe").toString());
        for (String bad :
                new String[] {"[]", "{}", "{\"passes\":[1]}", "{\"scheme\":\"a\",\"x\":1}"}) {
            Files.writeString(recipe, bad);
            console.assertRefused("is no recipe", "deploy", model + "", "--recipe=" + recipe);
        }
    }

    @Test
    void aFailedChangeIsExitCodeOneAndOneSentence() throws IOException {
        assertEquals(1, console.run("unload", "broken"));
        assertEquals("tenon: the backend gave up\n", console.err);
        assertEquals("", console.out);
        assertEquals(
                "the backend gave up", console.json(1, "unload", "broken").path("error").asText());
    }

    @Test
    void infersFromFilesToFiles() throws IOException {
        Path x = data.resolve("x.npy");
        Npy.write(Tensor.ofFloats(new float[] {1, 2.5f}, 2), x);
        JsonNode answer = console.json(0, "infer", "double", "--input", x.toString());
        JsonNode y = answer.path("outputs").get(0);
        assertEquals("[2.0,5.0]", y.path("data").toString());
        assertEquals("y", y.path("name").asText());

        Path out = data.resolve("y.npy");
        assertEquals(
                0,
                console.run("infer", "double", "--input", "x=" + x, "--output", out.toString()),
                console.err);
        assertEquals(5f, Npy.read(out).toFloats()[1]);
        assertTrue(console.out.contains("[2]"), console.out);
    }

    @Test
    void inputsThatDoNotFitAreRefusedWithTheSignature() throws IOException {
        Path longs = data.resolve("longs.npy");
        Npy.write(Tensor.ofLongs(new long[] {1}, 1), longs);
        console.assertRefused(
                "convert it with numpy.astype", "infer", "double", "--input", longs + "");
        console.assertRefused(
                "it takes x (FP32)",
                "infer",
                "double",
                "--input",
                "x=" + floats(),
                "--input",
                "z=" + longs);
        console.assertRefused(
                "there is no file", "infer", "double", "--input", data.resolve("no.npy") + "");
        console.assertRefused(
                "there is no /v2/models/triple", "infer", "triple", "--input", longs + "");
        Files.writeString(longs, "hello");
        console.assertRefused("ends within its header", "infer", "double", "--input", longs + "");
    }

    @Test
    void aWrongOrMissingTokenIsTheUsersMatter() throws IOException {
        console.assertRefused("the token is wrong", "unload", "double", "--token", "nonsense");
        Files.delete(data.resolve("run").resolve("token"));
        console.assertRefused("needs its token", "unload", "double");
        assertEquals(0, console.run("unload", "double", "--token", ContractGateway.TOKEN));
    }

    @Test
    void noGatewayIsOneSentence() {
        gateway.close();
        console.assertRefused("no gateway answers at", "endpoints");
        console.assertRefused(
                "no gateway is running", "endpoints", "--data", data.resolve("other").toString());
        console.assertRefused("is no address", "endpoints", "--url", "ftp://x");
    }

    private Path floats() throws IOException {
        Path file = data.resolve("floats.npy");
        Npy.write(Tensor.ofFloats(new float[] {1}, 1), file);
        return file;
    }
}
