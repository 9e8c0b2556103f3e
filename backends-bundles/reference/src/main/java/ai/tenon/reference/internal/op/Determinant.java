package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.Arrays;

/** Determinants of square matrices. */
final class Determinant implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("Det").since(11).types(Types.FLOATS).one(call -> in -> determinants(in[0]));
    }

    private static Tensor determinants(Tensor x) {
        int n = (int) x.dim(x.rank() - 1);
        if (x.rank() < 2 || x.dim(x.rank() - 2) != n) {
            throw new IllegalArgumentException(x + " holds no square matrices");
        }
        double[] values = Numbers.doubles(x);
        long[] shape = Arrays.copyOf(x.shape(), x.rank() - 2);
        double[] results = new double[Tensor.elements(shape)];
        for (int i = 0; i < results.length; i++) {
            results[i] = determinant(Arrays.copyOfRange(values, i * n * n, (i + 1) * n * n), n);
        }
        return Numbers.of(x.type(), results, shape);
    }

    /** By elimination with the largest pivot of each column. */
    private static double determinant(double[] a, int n) {
        double product = 1;
        for (int column = 0; column < n; column++) {
            int pivot = column;
            for (int row = column + 1; row < n; row++) {
                boolean larger = Math.abs(a[row * n + column]) > Math.abs(a[pivot * n + column]);
                pivot = larger ? row : pivot;
            }
            double head = a[pivot * n + column];
            if (head == 0) {
                return 0;
            }
            product *= pivot == column ? head : -head;
            for (int j = 0; j < n; j++) {
                double kept = a[column * n + j];
                a[column * n + j] = a[pivot * n + j];
                a[pivot * n + j] = kept;
            }
            for (int row = column + 1; row < n; row++) {
                double factor = a[row * n + column] / head;
                for (int j = column; j < n; j++) {
                    a[row * n + j] -= factor * a[column * n + j];
                }
            }
        }
        return product;
    }
}
