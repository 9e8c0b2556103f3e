package ai.tenon.reference.internal.op.microsoft;

import ai.tenon.graph.Tensor;
import ai.tenon.reference.internal.data.Windows;
import ai.tenon.reference.internal.op.Activations;
import ai.tenon.reference.internal.op.Call;
import ai.tenon.reference.internal.op.ConvolutionFamily;
import ai.tenon.reference.internal.op.Elementwise;
import ai.tenon.reference.internal.op.Kernel;
import ai.tenon.reference.internal.op.MatrixFamily;
import ai.tenon.reference.internal.op.Operators;
import ai.tenon.reference.internal.op.Rearranging;
import ai.tenon.reference.internal.op.Types;
import ai.tenon.reference.internal.op.Unsupported;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.LongStream;

/** Products with what comes before or after them. */
public final class FusedProducts implements Operators.Family {
    @Override
    public void register(Operators ops) {
        Domain.op(ops, "FusedConv")
                .types(Types.FLOATS)
                .one(
                        call -> {
                            Windows.Parameters windows = ConvolutionFamily.windows(call, false);
                            call.ignore("kernel_shape");
                            int groups = (int) call.integer("group", 1);
                            DoubleUnaryOperator f =
                                    activation(
                                            call.text("activation", ""),
                                            call.reals("activation_params"));
                            return in -> {
                                Tensor y =
                                        ConvolutionFamily.convolve(
                                                in[0],
                                                in[1],
                                                Kernel.optional(in, 2),
                                                windows,
                                                groups);
                                Tensor z = Kernel.optional(in, 3);
                                Tensor sum = z == null ? y : Elementwise.combine(y, z, Double::sum);
                                return f == null ? sum : Elementwise.map(sum, f);
                            };
                        });
        Domain.op(ops, "FusedGemm")
                .types(Types.FLOATS)
                .one(
                        call -> {
                            Kernel.OfOne gemm = MatrixFamily.gemm(call);
                            float[] parameters = {
                                call.real("activation_alpha", 0), call.real("activation_beta", 0)
                            };
                            call.ignore("activation_gamma");
                            DoubleUnaryOperator f =
                                    activation(call.text("activation", ""), parameters);
                            return in -> {
                                Tensor y = gemm.run(in);
                                return f == null ? y : Elementwise.map(y, f);
                            };
                        });
        Domain.op(ops, "FusedMatMul")
                .types(Types.FLOATS)
                .one(
                        call -> {
                            float alpha = call.real("alpha", 1);
                            Turn a = Turn.of(call, "A");
                            Turn b = Turn.of(call, "B");
                            return in -> {
                                Tensor y = MatrixFamily.matmul(a.turn(in[0]), b.turn(in[1]));
                                return alpha == 1 ? y : Elementwise.map(y, x -> x * alpha);
                            };
                        });
    }

    /** Null for none. */
    private static DoubleUnaryOperator activation(String name, float[] p) throws Unsupported {
        int needed =
                switch (name) {
                    case "LeakyRelu" -> 1;
                    case "Clip", "HardSigmoid" -> 2;
                    default -> 0;
                };
        if (p.length < needed) {
            throw new Unsupported("activation " + name + " needs " + needed + " parameters");
        }
        return switch (name) {
            case "" -> null;
            case "Relu" -> x -> Math.max(x, 0);
            case "Tanh" -> Math::tanh;
            case "Sigmoid" -> Activations::sigmoid;
            case "LeakyRelu" -> Activations.leakyRelu(p[0]);
            case "Clip" -> x -> Math.min(p[1], Math.max(p[0], x));
            case "HardSigmoid" -> Activations.hardSigmoid(p[0], p[1]);
            default -> throw new Unsupported("activation '" + name + "' is not known here");
        };
    }

    /**
     * How a factor is turned before it is multiplied.
     *
     * @param batches whether its first axis, which counts rows then, goes behind the batches
     * @param matrices whether each matrix is transposed
     */
    private record Turn(boolean batches, boolean matrices) {
        static Turn of(Call call, String factor) {
            return new Turn(
                    call.flag("transBatch" + factor, false), call.flag("trans" + factor, false));
        }

        Tensor turn(Tensor x) {
            int rank = x.rank();
            if (rank < 2) {
                return x;
            }
            long[] perm = LongStream.range(0, rank).toArray();
            if (batches) {
                // [rows, batch…, columns] is read as [batch…, rows, columns]
                for (int i = 0; i < rank - 2; i++) {
                    perm[i] = i + 1;
                }
                perm[rank - 2] = 0;
            }
            if (matrices) {
                long last = perm[rank - 1];
                perm[rank - 1] = perm[rank - 2];
                perm[rank - 2] = last;
            }
            return batches || matrices ? Rearranging.transpose(x, perm) : x;
        }
    }
}
