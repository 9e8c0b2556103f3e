package ai.tenon.bench.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineUpTest {
    @Test
    void ofAModelTheFilesNameIsEnough() throws ManagementException {
        assertLabels(
                List.of("cpu", "cpu[a=b]", "cpu:m.onnx", "ort@1.0+endpoint[c=d]:m:n.onnx"),
                "cpu",
                "cpu[a=b]",
                "cpu:/x/y/m.onnx",
                "ort@1.0+endpoint[c=d]:x/m:n.onnx");
    }

    @Test
    void equalFileNamesShowAsMuchOfTheirPathsAsTellsThemApart() throws ManagementException {
        assertLabels(List.of("cpu:a/m.onnx", "cpu:b/m.onnx"), "cpu:x/a/m.onnx", "cpu:/x//b/m.onnx");
        assertLabels(
                List.of("cpu:1/a/m.onnx", "cpu:2/a/m.onnx", "cpu:b/m.onnx"),
                "cpu:x/1/a/m.onnx",
                "cpu:x/2/a/m.onnx",
                "cpu:x/b/m.onnx");
    }

    @Test
    void aPathThatIsTheEndOfAnotherIsShownAsItIs() throws ManagementException {
        assertLabels(
                List.of("cpu:m.onnx", "cpu:a/m.onnx", "cpu:b/a/m.onnx", "cpu:/a/m.onnx"),
                "cpu:m.onnx",
                "cpu:a/m.onnx",
                "cpu:b/a/m.onnx",
                "cpu:/a/m.onnx");
    }

    @Test
    void whatDiffersInMoreThanThePathNeedsNoneOfIt() throws ManagementException {
        assertLabels(
                List.of("cpu:m.onnx", "cpu[a=b]:m.onnx", "ort:m.onnx"),
                "cpu:a/m.onnx",
                "cpu[a=b]:b/m.onnx",
                "ort:b/m.onnx");
    }

    @ParameterizedTest
    @CsvSource({
        "cpu, cpu",
        "cpu:a/m.onnx, cpu:a//b/../m.onnx",
        "cpu:m.onnx, cpu:./m.onnx",
        "cpu[a=b;c=d], cpu[c=d;a=b]",
        "cpu+endpoint, cpu+endpoint"
    })
    void theSameTwiceIsRefusedHoweverItIsWritten(String first, String second) {
        assertRefused("only once, and '" + second + "' was there", first, "ort", second);
    }

    @Test
    void eachNeedsAModel() {
        ManagementException error =
                assertThrows(
                        ManagementException.class,
                        () -> new LineUp(List.of("cpu:m.onnx", "ort"), false));
        assertEquals(Kind.INVALID, error.kind());
        assertTrue(error.getMessage().contains("'ort' has no model"), error.getMessage());
    }

    private static void assertLabels(List<String> labels, String... texts)
            throws ManagementException {
        LineUp lineUp = new LineUp(List.of(texts), true);
        assertEquals(labels, List.copyOf(lineUp.labelled().keySet()));
    }

    private static void assertRefused(String part, String... texts) {
        ManagementException error =
                assertThrows(ManagementException.class, () -> new LineUp(List.of(texts), true));
        assertEquals(Kind.INVALID, error.kind());
        assertTrue(error.getMessage().contains(part), error.getMessage());
    }
}
