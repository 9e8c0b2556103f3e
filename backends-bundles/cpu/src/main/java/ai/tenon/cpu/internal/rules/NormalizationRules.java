package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.RowQuantization;
import ai.tenon.cpu.internal.lower.Rule;
import ai.tenon.cpu.internal.lower.Unsupported;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.cpu.internal.plan.Reduction;
import ai.tenon.cpu.internal.plan.Types;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Normalisation and reduction. */
final class NormalizationRules {
    private static final float EPSILON = 1e-5f;
    private static final float SKIP_EPSILON = 1e-12f;

    private NormalizationRules() {}

    static void register(Map<String, Rule> rules) {
        rules.put("LayerNormalization", (node, lowering) -> simple(node, false, lowering));
        rules.put("RMSNormalization", (node, lowering) -> simple(node, true, lowering));
        rules.put(
                "com.microsoft.SkipLayerNormalization",
                (node, lowering) -> skip(node, false, lowering));
        rules.put(
                "com.microsoft.SkipSimplifiedLayerNormalization",
                (node, lowering) -> skip(node, true, lowering));
        rules.put("Softmax", (node, lowering) -> softmax(node, false, lowering));
        rules.put("LogSoftmax", (node, lowering) -> softmax(node, true, lowering));
        for (Reduction reduction : Reduction.values()) {
            rules.put(operator(reduction), (node, lowering) -> reduce(node, reduction, lowering));
        }
    }

    private static String operator(Reduction reduction) {
        return switch (reduction) {
            case SUM -> "ReduceSum";
            case MEAN -> "ReduceMean";
            case MAX -> "ReduceMax";
            case MIN -> "ReduceMin";
            case PROD -> "ReduceProd";
            case L1 -> "ReduceL1";
            case L2 -> "ReduceL2";
            case SUM_SQUARE -> "ReduceSumSquare";
            case LOG_SUM -> "ReduceLogSum";
            case LOG_SUM_EXP -> "ReduceLogSumExp";
        };
    }

    private static void simple(Node node, boolean rms, Lowering lowering) {
        Operand x = lowering.plain(node.input(0));
        requireFloat(node, x);
        int axis = (int) Math.floorMod(node.intAttribute("axis", -1), (long) x.rank());
        for (int i = 1; i < node.outputs().size(); i++) {
            if (node.output(i) != null && node.output(i).isUsed()) {
                throw new Unsupported(node.opType() + " whose mean or deviation is read");
            }
        }
        long cols = 1;
        for (int i = axis; i < x.rank(); i++) {
            cols *= x.shape()[i];
        }
        normalize(
                new Norm(
                        x,
                        null,
                        null,
                        vector(node.input(1), cols, lowering),
                        vector(node.input(2), cols, lowering),
                        cols,
                        rms,
                        node.floatAttribute("epsilon", EPSILON)),
                node.output(0),
                null,
                lowering);
    }

    private static void skip(Node node, boolean rms, Lowering lowering) {
        Operand x = lowering.plain(node.input(0));
        Operand skip = lowering.plain(node.input(1));
        requireFloat(node, x);
        long cols = x.shape()[x.rank() - 1];
        if (!Arrays.equals(x.shape(), skip.shape())) {
            throw new Unsupported(node.opType() + " with a skip of another shape");
        }
        int bias = rms ? 3 : 4;
        normalize(
                new Norm(
                        x,
                        skip.place(),
                        vector(node.input(bias), cols, lowering),
                        vector(node.input(2), cols, lowering),
                        rms ? null : vector(node.input(3), cols, lowering),
                        cols,
                        rms,
                        node.floatAttribute("epsilon", SKIP_EPSILON)),
                node.output(0),
                node.output(3) != null && node.output(3).isUsed() ? node.output(3) : null,
                lowering);
    }

    /** What {@code tn_layernorm} takes; null for what is left out. */
    private record Norm(
            Operand x,
            Place skip,
            Place bias,
            Place gamma,
            Place beta,
            long cols,
            boolean rms,
            double epsilon) {}

    private static void normalize(Norm norm, Value output, Value sum, Lowering lowering) {
        long[] shape = norm.x().shape();
        long rows = norm.cols() == 0 ? 0 : norm.x().size() / norm.cols();
        RowQuantization.Rows codes =
                norm.cols() == shape[shape.length - 1] && RowQuantization.isWanted(output, lowering)
                        ? RowQuantization.room(rows, norm.cols())
                        : null;
        Place y = lowering.room(DataType.FLOAT, shape);
        Place total = sum == null ? null : lowering.room(DataType.FLOAT, shape);
        lowering.emit(
                lowering.instruction(Opcode.LAYERNORM)
                        .read(norm.x().place())
                        .read(norm.skip())
                        .read(norm.bias())
                        .read(norm.gamma())
                        .read(norm.beta())
                        .write(y)
                        .write(total)
                        .write(codes == null ? null : codes.codes())
                        .write(codes == null ? null : codes.parameters())
                        .numbers(rows, norm.cols())
                        .flag(norm.rms())
                        .real(norm.epsilon())
                        .doing(norm.rms() ? "rms norm" : "layer norm", 8 * norm.x().size()));
        lowering.set(output, Operand.dense(y, DataType.FLOAT, shape));
        if (sum != null) {
            lowering.set(sum, Operand.dense(total, DataType.FLOAT, shape));
        }
        if (codes != null) {
            lowering.rows().put(output, codes);
        }
    }

    private static Place vector(Value value, long cols, Lowering lowering) {
        if (value == null) {
            return null;
        }
        Operand operand = lowering.plain(value);
        if (operand.size() != cols || operand.type() != DataType.FLOAT) {
            throw new Unsupported("normalisation with a scale or shift of another length");
        }
        return operand.place();
    }

    private static void requireFloat(Node node, Operand x) {
        if (x.type() != DataType.FLOAT) {
            throw new Unsupported(node.opType() + " of " + x.type());
        }
    }

    private static void softmax(Node node, boolean log, Lowering lowering) {
        Operand x = lowering.plain(node.input(0));
        requireFloat(node, x);
        int rank = x.rank();
        int axis = rank == 0 ? 0 : (int) Math.floorMod(node.intAttribute("axis", -1), (long) rank);
        long[] split = around(x.shape(), axis, axis);
        Place y = lowering.room(DataType.FLOAT, x.shape());
        lowering.emit(
                lowering.instruction(Opcode.SOFTMAX)
                        .read(x.place())
                        .write(y)
                        .numbers(split)
                        .flag(log)
                        .inPlaceOf(x.place())
                        .doing("softmax", 5 * x.size()));
        lowering.set(node.output(0), Operand.dense(y, DataType.FLOAT, x.shape()));
    }

    /** Lengths before, from first to last, and behind them. */
    static long[] around(long[] shape, int first, int last) {
        long[] split = {1, 1, 1};
        for (int i = 0; i < shape.length; i++) {
            split[i < first ? 0 : i <= last ? 1 : 2] *= shape[i];
        }
        return split;
    }

    private static void reduce(Node node, Reduction reduction, Lowering lowering) {
        Operand x = lowering.plain(node.input(0));
        if (x.type() != DataType.FLOAT
                && x.type() != DataType.INT32
                && x.type() != DataType.INT64) {
            throw new Unsupported(node.opType() + " of " + x.type());
        }
        long[] shape = lowering.shape(node.output(0));
        boolean[] reduced = axes(node, x.rank(), lowering);
        if (reduced == null) {
            lowering.set(node.output(0), x);
            return;
        }
        Operand grouped = grouped(x, reduced, lowering);
        int count = 0;
        int first = -1;
        int last = -1;
        for (int i = 0; i < x.rank(); i++) {
            if (reduced[i]) {
                first = first < 0 ? i : first;
                last = i;
                count++;
            }
        }
        long[] split =
                grouped == x
                        ? around(x.shape(), first, last)
                        : around(grouped.shape(), x.rank() - count, x.rank() - 1);
        Place y = lowering.room(x.type(), shape);
        lowering.emit(
                lowering.instruction(Opcode.REDUCE)
                        .read(grouped.place())
                        .write(y)
                        .numbers(reduction.number(), Types.number(x.type()))
                        .numbers(split)
                        .doing("reduce", x.size()));
        lowering.set(node.output(0), Operand.dense(y, x.type(), shape));
    }

    /** Which dimensions go; null if none does. */
    private static boolean[] axes(Node node, int rank, Lowering lowering) {
        long[] axes = node.intsAttribute("axes", null);
        if (node.input(1) != null) {
            Tensor constant = lowering.constant(node.input(1));
            if (constant == null) {
                throw new Unsupported(node.opType() + " with computed axes");
            }
            axes = Numbers.longs(constant);
        }
        boolean[] reduced = new boolean[rank];
        if (axes == null || axes.length == 0) {
            if (node.intAttribute("noop_with_empty_axes", 0) != 0) {
                return null;
            }
            Arrays.fill(reduced, true);
            return rank == 0 ? null : reduced;
        }
        for (long axis : axes) {
            reduced[(int) Math.floorMod(axis, (long) rank)] = true;
        }
        return reduced;
    }

    /**
     * The tensor itself if the dimensions that go are neighbours, else one in which they are last.
     */
    private static Operand grouped(Operand x, boolean[] reduced, Lowering lowering) {
        List<Integer> order = new ArrayList<>();
        int changes = 0;
        for (int i = 0; i < reduced.length; i++) {
            changes += i > 0 && reduced[i] && !reduced[i - 1] ? 1 : 0;
            if (!reduced[i]) {
                order.add(i);
            }
        }
        changes += reduced.length > 0 && reduced[0] ? 1 : 0;
        if (changes <= 1) {
            return x;
        }
        for (int i = 0; i < reduced.length; i++) {
            if (reduced[i]) {
                order.add(i);
            }
        }
        return MoveRules.permuted(x, order.stream().mapToInt(i -> i).toArray(), lowering);
    }
}
