package ai.tenon.reference.internal.data;

/**
 * Matrix products: {@code c += a · b}, all row-major, in loops that the JIT compiler vectorises.
 */
public final class Gemm {
    /** Columns worked on at a time: eight rows of b of this width stay in the first cache. */
    private static final int COLUMNS = 512;

    private Gemm() {}

    /**
     * @param a m × k from {@code aAt}
     * @param b k × n from {@code bAt}
     * @param c m × n from {@code cAt}
     */
    public static void multiply(
            float[] a, int aAt, float[] b, int bAt, float[] c, int cAt, int m, int n, int k) {
        for (int from = 0; from < n; from += COLUMNS) {
            int width = Math.min(COLUMNS, n - from);
            int p = 0;
            for (; p + 4 <= k; p += 4) {
                for (int i = 0; i < m; i++) {
                    int row = aAt + i * k + p;
                    add(
                            c,
                            cAt + i * n + from,
                            width,
                            b,
                            bAt + p * n + from,
                            n,
                            a[row],
                            a[row + 1],
                            a[row + 2],
                            a[row + 3]);
                }
            }
            for (; p < k; p++) {
                for (int i = 0; i < m; i++) {
                    float factor = a[aAt + i * k + p];
                    int ci = cAt + i * n + from;
                    int bi = bAt + p * n + from;
                    for (int j = 0; j < width; j++) {
                        c[ci + j] += factor * b[bi + j];
                    }
                }
            }
        }
    }

    private static void add(
            float[] c,
            int at,
            int width,
            float[] b,
            int b0,
            int n,
            float a0,
            float a1,
            float a2,
            float a3) {
        int b1 = b0 + n;
        int b2 = b1 + n;
        int b3 = b2 + n;
        for (int j = 0; j < width; j++) {
            c[at + j] += a0 * b[b0 + j] + a1 * b[b1 + j] + (a2 * b[b2 + j] + a3 * b[b3 + j]);
        }
    }

    /** As the one of {@code float}, in {@code double}. */
    public static void multiply(
            double[] a, int aAt, double[] b, int bAt, double[] c, int cAt, int m, int n, int k) {
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                double factor = a[aAt + i * k + p];
                int ci = cAt + i * n;
                int bi = bAt + p * n;
                for (int j = 0; j < n; j++) {
                    c[ci + j] += factor * b[bi + j];
                }
            }
        }
    }

    /** As the one of {@code float}, in {@code int}, wrapping around. */
    public static void multiply(
            int[] a, int aAt, int[] b, int bAt, int[] c, int cAt, int m, int n, int k) {
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                int factor = a[aAt + i * k + p];
                int ci = cAt + i * n;
                int bi = bAt + p * n;
                for (int j = 0; j < n; j++) {
                    c[ci + j] += factor * b[bi + j];
                }
            }
        }
    }

    /** As the one of {@code float}, in {@code long}, wrapping around. */
    public static void multiply(
            long[] a, int aAt, long[] b, int bAt, long[] c, int cAt, int m, int n, int k) {
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                long factor = a[aAt + i * k + p];
                int ci = cAt + i * n;
                int bi = bAt + p * n;
                for (int j = 0; j < n; j++) {
                    c[ci + j] += factor * b[bi + j];
                }
            }
        }
    }
}
