package ai.tenon.reference.internal.op;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.data.Gemm;
import ai.tenon.reference.internal.data.Strides;
import java.util.Arrays;

/** Matrix products. */
public final class MatrixFamily implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("MatMul").types(Types.NUMERIC).one(call -> in -> matmul(in[0], in[1]));
        ops.op("Gemm").since(7).types(Types.NUMERIC).one(MatrixFamily::gemm);
    }

    /** {@code alpha · A · B + beta · C}, as a node wants it. */
    public static Kernel.OfOne gemm(Call call) {
        float alpha = call.real("alpha", 1);
        float beta = call.real("beta", 1);
        boolean transA = call.flag("transA", false);
        boolean transB = call.flag("transB", false);
        return in ->
                gemm(
                        transA ? Rearranging.transpose(in[0], 1, 0) : in[0],
                        transB ? Rearranging.transpose(in[1], 1, 0) : in[1],
                        Kernel.optional(in, 2),
                        alpha,
                        beta);
    }

    private static Tensor gemm(Tensor a, Tensor b, Tensor c, float alpha, float beta) {
        Tensor product = matmul(a, b);
        if (alpha != 1) {
            product = Elementwise.map(product, x -> x * alpha);
        }
        if (c == null || beta == 0) {
            return product;
        }
        Tensor scaled = beta == 1 ? c : Elementwise.map(c, x -> x * beta);
        return product.type().isFloat()
                ? Elementwise.combine(product, scaled, Double::sum)
                : Elementwise.combineLongs(product, scaled, Long::sum);
    }

    /** Where the matrices of a batch begin, and the shape of the result. */
    private record Batches(int[] a, int[] b, int m, int n, int k, long[] shape) {
        static Batches of(Tensor a, Tensor b) {
            long[] x = a.rank() == 1 ? new long[] {1, a.dim(0)} : a.shape();
            long[] y = b.rank() == 1 ? new long[] {b.dim(0), 1} : b.shape();
            if (x.length < 2 || y.length < 2 || x[x.length - 1] != y[y.length - 2]) {
                throw new IllegalArgumentException(a + " and " + b + " do not multiply");
            }
            int m = (int) x[x.length - 2];
            int k = (int) x[x.length - 1];
            int n = (int) y[y.length - 1];
            long[] batchA = Arrays.copyOf(x, x.length - 2);
            long[] batchB = Arrays.copyOf(y, y.length - 2);
            long[] batch = Strides.broadcast(batchA, batchB);
            long[] shape = Arrays.copyOf(batch, batch.length + 2);
            int rank = batch.length;
            if (a.rank() > 1) {
                shape[rank++] = m;
            }
            if (b.rank() > 1) {
                shape[rank++] = n;
            }
            return new Batches(
                    Strides.broadcastIndex(batchA, batch),
                    Strides.broadcastIndex(batchB, batch),
                    m,
                    n,
                    k,
                    Arrays.copyOf(shape, rank));
        }
    }

    /** NumPy's matrix product, batches broadcast. */
    public static Tensor matmul(Tensor a, Tensor b) {
        Batches all = Batches.of(a, b);
        int m = all.m;
        int n = all.n;
        int k = all.k;
        int size = Tensor.elements(all.shape);
        if (a.type() == DataType.FLOAT) {
            float[] x = Numbers.floats(a);
            float[] y = Numbers.floats(b);
            float[] result = new float[size];
            // One matrix for the whole batch: a single, taller product.
            if (b.rank() <= 2) {
                Gemm.multiply(x, 0, y, 0, result, 0, all.a.length * m, n, k);
            } else {
                for (int i = 0; i < all.a.length; i++) {
                    Gemm.multiply(
                            x, all.a[i] * m * k, y, all.b[i] * k * n, result, i * m * n, m, n, k);
                }
            }
            return Numbers.ofFloats(result, all.shape);
        }
        if (a.type().isFloat()) {
            double[] x = Numbers.doubles(a);
            double[] y = Numbers.doubles(b);
            double[] result = new double[size];
            for (int i = 0; i < all.a.length; i++) {
                Gemm.multiply(x, all.a[i] * m * k, y, all.b[i] * k * n, result, i * m * n, m, n, k);
            }
            return Numbers.of(a.type(), result, all.shape);
        }
        long[] x = Numbers.longs(a);
        long[] y = Numbers.longs(b);
        long[] result = new long[size];
        for (int i = 0; i < all.a.length; i++) {
            Gemm.multiply(x, all.a[i] * m * k, y, all.b[i] * k * n, result, i * m * n, m, n, k);
        }
        return Numbers.of(a.type(), result, all.shape);
    }
}
