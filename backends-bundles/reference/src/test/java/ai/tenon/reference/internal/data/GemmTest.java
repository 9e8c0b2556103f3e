package ai.tenon.reference.internal.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GemmTest {
    /** Sizes around the unrolling by four and the panels of 512 columns. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 5, 4", "2, 513, 7", "5, 1030, 9", "1, 512, 3", "4, 0, 2", "2, 3, 0"})
    void productsAreThoseOfThreeLoops(int m, int n, int k) {
        Random random = new Random(1);
        float[] a = new float[m * k + 2];
        float[] b = new float[k * n + 3];
        float[] c = new float[m * n + 1];
        for (float[] each : new float[][] {a, b, c}) {
            for (int i = 0; i < each.length; i++) {
                each[i] = random.nextInt(9) - 4;
            }
        }
        float[] result = c.clone();
        Gemm.multiply(a, 2, b, 3, result, 1, m, n, k);
        assertEquals(c[0], result[0]);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float sum = c[1 + i * n + j];
                for (int p = 0; p < k; p++) {
                    sum += a[2 + i * k + p] * b[3 + p * n + j];
                }
                assertEquals(sum, result[1 + i * n + j], "row " + i + ", column " + j);
            }
        }
    }
}
