package ai.tenon.quantizer.int8.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightCodesTest {
    private static final CodeType TYPE = CodeType.ofWeights(DataType.INT8, true, false);

    @Test
    void everyChannelHasTheScaleOfItsLargestWeight() {
        Tensor weights =
                Tensor.ofFloats(new float[] {1.27f, 12.7f, -0.3f, 5, 0.005f, -12.7f}, 3, 2);
        WeightCodes codes = WeightCodes.of(weights, 1, TYPE, true).orElseThrow();
        assertArrayEquals(new float[] {0.01f, 0.1f}, codes.scales(), 1e-9f);
        assertArrayEquals(new long[] {127, 127, -30, 50, 0, -127}, Numbers.longs(codes.codes()));
        assertEquals(6 + 8 + 1, codes.bytes());
    }

    @Test
    void channelsMayBeAnyDimension() {
        Tensor weights = Tensor.ofFloats(new float[] {127, 1, 2, -254, 4, 8}, 1, 2, 3);
        WeightCodes middle = WeightCodes.of(weights, 1, TYPE, true).orElseThrow();
        assertArrayEquals(new float[] {1, 2}, middle.scales());
        assertArrayEquals(new long[] {127, 1, 2, -127, 2, 4}, Numbers.longs(middle.codes()));
        WeightCodes one = WeightCodes.of(weights, -1, TYPE, true).orElseThrow();
        assertArrayEquals(new float[] {2}, one.scales());
    }

    @Test
    void longChannelsAreReadInRuns() {
        float[] values = new float[3 * 40_000];
        Random random = new Random(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * (1 + i / 40_000);
        }
        WeightCodes codes =
                WeightCodes.of(Tensor.ofFloats(values, 3, 40_000), 0, TYPE, true).orElseThrow();
        long[] stored = Numbers.longs(codes.codes());
        for (int i = 0; i < values.length; i++) {
            float scale = codes.scales()[i / 40_000];
            assertEquals(values[i], stored[i] * scale, 0.5001f * scale);
        }
    }

    @Test
    void asymmetricWeightsUseBothEnds() {
        Tensor weights = Tensor.ofFloats(new float[] {0, 255, -10, 245}, 2, 2);
        CodeType type = CodeType.ofWeights(DataType.UINT8, false, false);
        WeightCodes codes = WeightCodes.of(weights, 0, type, false).orElseThrow();
        assertArrayEquals(new int[] {0, 10}, codes.zeroPoints());
        assertArrayEquals(new long[] {0, 255, 0, 255}, Numbers.longs(codes.codes()));
        assertArrayEquals(new long[] {0, 0, 255, 255}, Numbers.longs(codes.transposed().codes()));
    }

    @Test
    void whatIsNotFiniteHasNoCodes() {
        for (float bad :
                new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            Tensor weights = Tensor.ofFloats(new float[] {1, bad, 3, 4}, 2, 2);
            assertTrue(WeightCodes.of(weights, 1, TYPE, true).isEmpty());
        }
    }
}
