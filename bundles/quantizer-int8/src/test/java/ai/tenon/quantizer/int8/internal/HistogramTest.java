package ai.tenon.quantizer.int8.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {
    private static final int LEVELS = 256;

    private static float[] gaussian(int count) {
        Random random = new Random(9);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void theOrderOfTheNumbersDoesNotMatter() {
        float[] small = {0.001f, -0.002f, 0.003f, 0};
        float[] large = {700, -3, 12};
        Histogram up = new Histogram();
        up.add(small);
        up.add(large);
        Histogram down = new Histogram();
        down.add(large);
        down.add(small);
        assertArrayEquals(new float[] {-3, 700}, up.range());
        for (double percent : new double[] {60, 80, 99, 100}) {
            assertArrayEquals(down.percentile(percent), up.percentile(percent));
        }
        assertArrayEquals(down.entropy(LEVELS), up.entropy(LEVELS));
    }

    @Test
    void percentilesOfANormalDistributionAreItsQuantiles() {
        Histogram histogram = new Histogram();
        float[] values = gaussian(200_000);
        histogram.add(values);
        assertArrayEquals(new float[] {-1.96f, 1.96f}, histogram.percentile(95), 0.02f);
        assertArrayEquals(histogram.range(), histogram.percentile(100));
    }

    @Test
    void percentilesCountZeros() {
        Histogram histogram = new Histogram();
        float[] rectified = new float[1000];
        for (int i = 0; i < 100; i++) {
            rectified[i] = i + 1;
        }
        histogram.add(rectified);
        // a tenth is above 0, a twentieth above 50
        assertArrayEquals(new float[] {0, 50}, histogram.percentile(90), 0.2f);
        assertArrayEquals(new float[] {0, 0}, histogram.percentile(60));
    }

    @Test
    void entropyKeepsAUniformRange() {
        Histogram histogram = new Histogram();
        Random random = new Random(4);
        float[] values = new float[200_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        histogram.add(values);
        assertArrayEquals(new float[] {-1, 1}, histogram.entropy(LEVELS), 0.05f);
    }

    @Test
    void entropyGivesUpALonelyOutlier() {
        Histogram histogram = new Histogram();
        histogram.add(gaussian(200_000));
        histogram.add(new float[] {100});
        float[] range = histogram.entropy(LEVELS);
        assertTrue(range[1] < 20 && range[1] > 3, "up to " + range[1]);
        assertTrue(range[0] < -3, "from " + range[0]);
    }

    @Test
    void zerosAndNothingAreARangeOfZero() {
        Histogram histogram = new Histogram();
        assertArrayEquals(new float[2], histogram.range());
        histogram.add(new float[7]);
        assertArrayEquals(new float[2], histogram.range());
        assertArrayEquals(new float[2], histogram.percentile(99));
        assertArrayEquals(new float[2], histogram.entropy(LEVELS));
    }

    @Test
    void tellsOfWhatIsNotFinite() {
        Histogram histogram = new Histogram();
        histogram.add(new float[] {1, Float.NaN});
        assertFalse(histogram.isFinite());
        assertArrayEquals(new float[] {1, 1}, histogram.range());
    }
}
