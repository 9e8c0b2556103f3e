package ai.tenon.cpu.internal.lower;

import ai.tenon.cpu.internal.plan.Epilogue;
import ai.tenon.cpu.internal.plan.Instruction;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Packing;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;

/**
 * DynamicQuantizeLinear, MatMulInteger with constant codes, Cast and Mul with both scales: a
 * product of reals. It is computed with a scale per row in place of one for the whole activation,
 * which is closer to the reals that all this stands for.
 *
 * @param scale of the weights, one or one per column
 */
public record DynamicProduct(
        Node quantize, Node product, Node cast, Node rescale, Tensor codes, Tensor scale) {

    /** The product around a MatMulInteger; null if it is not of this form. */
    public static DynamicProduct of(Node product, Lowering lowering) {
        Node quantize = Match.producer(product.input(0), "DynamicQuantizeLinear");
        Tensor codes = lowering.constant(product.input(1));
        if (quantize == null
                || product.input(2) != quantize.output(2)
                || codes == null
                || codes.rank() != 2
                || product.input(3) != null && lowering.constant(product.input(3)) == null) {
            return null;
        }
        Node cast = Match.soleReader(product.output(0), "Cast");
        Node rescale = cast == null ? null : Match.soleReader(cast.output(0), "Mul");
        if (rescale == null || cast.intAttribute("to", 0) != DataType.FLOAT.code()) {
            return null;
        }
        Tensor scale = scale(Match.other(rescale, cast.output(0)), quantize, lowering);
        return scale == null || WeightMatrix.perColumn(scale, codes.dim(1)) == null
                ? null
                : new DynamicProduct(quantize, product, cast, rescale, codes, scale);
    }

    /** The constant factor in the product of both scales. */
    private static Tensor scale(Value both, Node quantize, Lowering lowering) {
        Node product = Match.producer(both, "Mul");
        Value other = product == null ? null : Match.other(product, quantize.output(1));
        return other == null ? null : lowering.constant(other);
    }

    /** True if all that reads what a DynamicQuantizeLinear gives is such products. */
    public static boolean serves(Node quantize, Lowering lowering) {
        for (Value output : quantize.outputs()) {
            if (output == null) {
                continue;
            }
            if (output.isGraphOutput()) {
                return false;
            }
            for (Node reader : output.uses()) {
                boolean isProduct =
                        Match.is(reader, "MatMulInteger") && of(reader, lowering) != null;
                boolean isScale =
                        output == quantize.output(1)
                                && Match.is(reader, "Mul")
                                && reader.output(0).uses().stream()
                                        .allMatch(each -> rescales(each, lowering));
                if (!isProduct && !isScale) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean rescales(Node node, Lowering lowering) {
        for (Value input : node.inputs()) {
            Node cast = Match.producer(input, "Cast");
            Node product = cast == null ? null : Match.producer(cast.input(0), "MatMulInteger");
            if (product != null && of(product, lowering) != null) {
                return true;
            }
        }
        return false;
    }

    public void lower(Lowering lowering) {
        lowering.take(cast);
        lowering.take(rescale);
        long k = codes.dim(0);
        long n = codes.dim(1);
        Value x = quantize.input(0);
        long[] shape = lowering.shape(x).clone();
        shape[shape.length - 1] = n;
        RowQuantization.Rows rows = lowering.rows().of(x, lowering);
        long m = rows.codes().bytes() / k;
        Tail tail = Tail.follow(rescale.output(0), null, false, lowering);
        Epilogue epilogue = tail.take();
        epilogue.scale = lowering.stored(WeightMatrix.perColumn(scale, n));
        int[] zeros = WeightMatrix.zeroPoints(lowering.constant(product.input(3)), n);
        Place packed =
                new WeightMatrix(lowering.key(product.input(1), codes), codes, k, n, false)
                        .pack(Packing.GEMM_Q8, zeros, lowering);
        Place c = lowering.room(tail.type(), shape);
        Instruction gemm =
                lowering.instruction(Opcode.GEMM_Q8)
                        .read(rows.codes())
                        .read(packed)
                        .write(c)
                        .read(rows.parameters())
                        .numbers(0, m, n, k, k, n)
                        .doing("gemm " + m + "x" + n + "x" + k + " int8", 2 * m * n * k);
        lowering.emit(epilogue.into(gemm));
        tail.set(Operand.dense(c, tail.type(), shape));
    }
}
