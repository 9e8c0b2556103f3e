package ai.tenon.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class AgreementTest {
    private static Tensor floats(float... values) {
        return Tensor.ofFloats(values, values.length);
    }

    @Test
    void equalTensorsAgreeFullyNaNsAndInfinitiesIncluded() {
        Tensor tensor = floats(1, -2, Float.NaN, Float.POSITIVE_INFINITY);
        Agreement agreement = Agreement.between(tensor, tensor);
        assertEquals(1, agreement.cosine(), 1e-12);
        assertEquals(0, agreement.difference());
    }

    @Test
    void theLargestDifferenceCounts() {
        assertEquals(
                0.5, Agreement.between(floats(1, 2, 3), floats(1, 2.5f, 3)).difference(), 1e-7);
    }

    @Test
    void oppositeVectorsHaveCosineMinusOne() {
        assertEquals(-1, Agreement.between(floats(1, 2), floats(-1, -2)).cosine(), 1e-12);
    }

    @Test
    void aNumberInPlaceOfNaNIsInfinitelyFar() {
        assertEquals(
                Double.POSITIVE_INFINITY,
                Agreement.between(floats(Float.NaN), floats(1)).difference());
    }

    @Test
    void anotherShapeOrTypeNeverAgrees() {
        assertEquals(
                -1,
                Agreement.between(floats(1, 2), Tensor.ofFloats(new float[] {1, 2}, 2, 1))
                        .cosine());
        assertEquals(
                -1,
                Agreement.between(
                                Tensor.ofLongs(new long[] {1}, 1),
                                Tensor.ofLongs(new long[] {2}, 1))
                        .cosine());
    }

    @Test
    void bytesAreNumbers() {
        assertEquals(
                new Agreement(1, 55),
                Agreement.between(
                        Tensor.of(DataType.UINT8, new long[] {1}, bytes(200)),
                        Tensor.of(DataType.UINT8, new long[] {1}, bytes(255))));
        assertEquals(
                new Agreement(-1, 2),
                Agreement.between(
                        Tensor.of(DataType.INT8, new long[] {1}, bytes(255)),
                        Tensor.of(DataType.INT8, new long[] {1}, bytes(1))));
    }

    private static ByteBuffer bytes(int value) {
        return ByteBuffer.wrap(new byte[] {(byte) value}).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void finiteMeansEveryElement() {
        assertTrue(Agreement.isFinite(floats(1, 2)));
        assertFalse(Agreement.isFinite(floats(1, Float.NaN)));
    }
}
