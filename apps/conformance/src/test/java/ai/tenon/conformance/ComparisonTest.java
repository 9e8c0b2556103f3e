package ai.tenon.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
    private final Comparison comparison = new Comparison(Tolerance.ONNX);

    @ParameterizedTest
    @CsvSource({
        "1000, 1000.9, true",
        "1000, 1001.1, false",
        "0, 5e-8, true",
        "0, 2e-7, false",
        "NaN, NaN, true",
        "NaN, 0, false",
        "0, NaN, false",
        "Infinity, Infinity, true",
        "Infinity, -Infinity, false",
        "1e30, Infinity, false"
    })
    void floatsAreComparedWithinTheTolerance(float expected, float actual, boolean same) {
        String difference = comparison.difference(floats(actual), floats(expected));
        assertEquals(same, difference == null, difference);
    }

    @Test
    void integersHaveToBeEqual() {
        Tensor expected = Tensor.ofLongs(new long[] {1_000_000, 2}, 2);
        assertNull(comparison.difference(Tensor.ofLongs(new long[] {1_000_000, 2}, 2), expected));
        String difference =
                comparison.difference(Tensor.ofLongs(new long[] {1_000_001, 2}, 2), expected);
        assertTrue(difference.contains("element 0 is 1000001"), difference);
    }

    @Test
    void halvesAreComparedByValue() {
        Tensor a = Numbers.of(DataType.FLOAT16, new double[] {1.0}, 1);
        Tensor next = Numbers.ofCodes(DataType.FLOAT16, new long[] {0x3c01}, 1);
        Tensor far = Numbers.of(DataType.FLOAT16, new double[] {1.01}, 1);
        assertNull(comparison.difference(next, a));
        assertNotNull(comparison.difference(far, a));
    }

    @Test
    void typesShapesAndStringsMatter() {
        assertNotNull(comparison.difference(floats(1), Tensor.ofFloats(new float[] {1}, 1, 1)));
        assertNotNull(
                comparison.difference(floats(1), Numbers.of(DataType.DOUBLE, new double[] {1}, 1)));
        Tensor a = Tensor.ofStrings(new String[] {"a", "b"}, 2);
        assertNull(comparison.difference(Tensor.ofStrings(new String[] {"a", "b"}, 2), a));
        assertNotNull(comparison.difference(Tensor.ofStrings(new String[] {"a", "c"}, 2), a));
    }

    private static Tensor floats(float value) {
        return Tensor.ofFloats(new float[] {value}, 1);
    }
}
