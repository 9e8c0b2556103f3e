package ai.tenon.quantizer.weights.internal;

import java.util.Optional;

/**
 * The upper triangular U with {@code U^T U = H^-1}, by which GPTQ spreads the error of one weight
 * over those that are still to be rounded.
 */
final class UpperFactor {
    private UpperFactor() {}

    /**
     * Factors a symmetric positive definite matrix.
     *
     * @param h row-major, {@code size} by {@code size}
     * @param order which row and column comes first, second, …
     * @param damping added to the diagonal
     * @return U by rows, the n-th row and column being those of {@code order[n]}; empty if the
     *     matrix is not positive definite, or not finite
     */
    static Optional<float[][]> of(float[] h, int size, int[] order, double damping) {
        // With the order turned round, H = R^T R gives H^-1 = U^T U for U = R^-T turned back.
        double[][] r = new double[size][];
        for (int i = 0; i < size; i++) {
            r[i] = new double[size];
            int row = order[size - 1 - i] * size;
            for (int j = i; j < size; j++) {
                r[i][j] = h[row + order[size - 1 - j]];
            }
            r[i][i] += damping;
        }
        if (!factor(r)) {
            return Optional.empty();
        }
        invert(r);
        float[][] upper = new float[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = i; j < size; j++) {
                upper[size - 1 - j][size - 1 - i] = (float) r[i][j];
            }
        }
        return Optional.of(upper);
    }

    /** Cholesky by rows, in place: the upper triangle becomes R. */
    private static boolean factor(double[][] r) {
        int size = r.length;
        for (int k = 0; k < size; k++) {
            subtractAbove(r, k);
            double pivot = r[k][k];
            if (!(pivot > 0) || Double.isInfinite(pivot)) {
                return false;
            }
            double root = Math.sqrt(pivot);
            for (int j = k; j < size; j++) {
                r[k][j] /= root;
            }
        }
        return true;
    }

    /** Takes from row k what the finished rows above say, four rows at a time. */
    private static void subtractAbove(double[][] r, int k) {
        double[] row = r[k];
        int i = 0;
        for (; i + 4 <= k; i += 4) {
            combine(
                    row,
                    k,
                    -r[i][k],
                    r[i],
                    -r[i + 1][k],
                    r[i + 1],
                    -r[i + 2][k],
                    r[i + 2],
                    -r[i + 3][k],
                    r[i + 3]);
        }
        for (; i < k; i++) {
            add(row, k, -r[i][k], r[i]);
        }
    }

    /** Turns R into its inverse, in place, from the last row upwards. */
    private static void invert(double[][] r) {
        int size = r.length;
        double[] factors = new double[size];
        for (int k = size - 1; k >= 0; k--) {
            double[] row = r[k];
            System.arraycopy(row, k, factors, k, size - k);
            java.util.Arrays.fill(row, k, size, 0);
            double pivot = factors[k];
            int i = k + 1;
            for (; i + 4 <= size; i += 4) {
                // rows below start with zeros left of their diagonals
                combine(
                        row,
                        i,
                        -factors[i],
                        r[i],
                        -factors[i + 1],
                        r[i + 1],
                        -factors[i + 2],
                        r[i + 2],
                        -factors[i + 3],
                        r[i + 3]);
            }
            for (; i < size; i++) {
                add(row, i, -factors[i], r[i]);
            }
            for (int j = k + 1; j < size; j++) {
                row[j] /= pivot;
            }
            row[k] = 1 / pivot;
        }
    }

    private static void combine(
            double[] to,
            int from,
            double a,
            double[] x,
            double b,
            double[] y,
            double c,
            double[] z,
            double d,
            double[] w) {
        for (int j = from; j < to.length; j++) {
            to[j] += a * x[j] + b * y[j] + (c * z[j] + d * w[j]);
        }
    }

    private static void add(double[] to, int from, double a, double[] x) {
        for (int j = from; j < to.length; j++) {
            to[j] += a * x[j];
        }
    }
}
