package ai.tenon.quantizer.int8.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.graph.DataType;
import org.junit.jupiter.api.Test;

class AffineTest {
    @Test
    void coversTheRangeWithAllCodes() {
        Affine affine = Affine.asymmetric(-1, 1.55, CodeType.UINT8);
        assertEquals(0.01f, affine.scale());
        assertEquals(100, affine.zeroPoint());
        assertEquals(0, affine.code(-1));
        assertEquals(255, affine.code(1.55f));
        assertEquals(-1, affine.min(), 1e-6);
        assertEquals(1.55, affine.max(), 1e-6);
    }

    @Test
    void widensARangeToContainZeroExactly() {
        assertEquals(
                new Affine(0.02f, 0, CodeType.UINT8), Affine.asymmetric(1, 5.1, CodeType.UINT8));
        assertEquals(
                new Affine(0.02f, 255, CodeType.UINT8),
                Affine.asymmetric(-5.1, -1, CodeType.UINT8));
        assertEquals(
                new Affine(0.02f, -128, CodeType.INT8), Affine.asymmetric(1, 5.1, CodeType.INT8));
    }

    @Test
    void roundsHalvesToEvenAndSaturates() {
        Affine affine = Affine.symmetric(127, CodeType.ofWeights(DataType.INT8, true, false));
        assertEquals(1, affine.scale());
        assertEquals(0, affine.code(0.5f));
        assertEquals(2, affine.code(1.5f));
        assertEquals(2, affine.code(2.5f));
        assertEquals(-2, affine.code(-1.5f));
        assertEquals(127, affine.code(1000));
        assertEquals(-127, affine.code(-1000));
    }

    @Test
    void roundsTheZeroPointToEven() {
        // -min / scale = 0.5 / 1: a half
        assertEquals(0, Affine.asymmetric(-0.5, 254.5, CodeType.UINT8).zeroPoint());
        assertEquals(2, Affine.asymmetric(-1.5, 253.5, CodeType.UINT8).zeroPoint());
    }

    @Test
    void aRangeOfNothingHasScaleOne() {
        assertEquals(new Affine(1, 0, CodeType.UINT8), Affine.asymmetric(0, 0, CodeType.UINT8));
        assertEquals(1, Affine.symmetric(0, CodeType.INT8).scale());
    }

    @Test
    void weightsUseAsManyCodesOnBothSides() {
        assertEquals(
                new CodeType(DataType.INT8, -127, 127),
                CodeType.ofWeights(DataType.INT8, true, false));
        assertEquals(
                new CodeType(DataType.UINT8, 1, 255),
                CodeType.ofWeights(DataType.UINT8, true, false));
        assertEquals(
                128,
                Affine.symmetric(1, CodeType.ofWeights(DataType.UINT8, true, false)).zeroPoint());
        assertEquals(
                new CodeType(DataType.INT8, -64, 64),
                CodeType.ofWeights(DataType.INT8, true, true));
        assertEquals(
                new CodeType(DataType.UINT8, 0, 127),
                CodeType.ofWeights(DataType.UINT8, false, true));
    }
}
