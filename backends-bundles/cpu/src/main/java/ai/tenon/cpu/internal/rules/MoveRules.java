package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Conversions;
import ai.tenon.cpu.internal.lower.Dimensions;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.Rule;
import ai.tenon.cpu.internal.lower.Unsupported;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.cpu.internal.plan.Types;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that move elements, or only see them otherwise. */
final class MoveRules {
    private static final int MOST_DIMS = 8;

    private MoveRules() {}

    static void register(Map<String, Rule> rules) {
        for (String op : new String[] {"Reshape", "Flatten", "Squeeze", "Unsqueeze"}) {
            rules.put(op, MoveRules::reshape);
        }
        for (String op : new String[] {"Constant", "Shape", "Size", "ConstantOfShape", "Range"}) {
            rules.put(op, MoveRules::computed); // what can be known beforehand is folded
        }
        rules.put("If", MoveRules::branch);
        rules.put("Identity", MoveRules::identity);
        rules.put("Dropout", MoveRules::dropout);
        rules.put("Transpose", MoveRules::transpose);
        rules.put("Concat", MoveRules::concat);
        rules.put("Split", MoveRules::split);
        rules.put("Slice", MoveRules::slice);
        rules.put("Gather", MoveRules::gather);
        rules.put("Expand", MoveRules::expand);
        rules.put("Cast", MoveRules::cast);
    }

    private static void computed(Node node, Lowering lowering) {
        throw new Unsupported(
                node.opType() + " whose result is not known before the model runs, or very large");
    }

    /** Of a condition that is known the branch that is taken, in place. */
    private static void branch(Node node, Lowering lowering) {
        Tensor condition = lowering.constant(node.input(0));
        if (condition == null) {
            throw new Unsupported("If whose condition is not known before the model runs");
        }
        String name = condition.buffer().get(0) != 0 ? "then_branch" : "else_branch";
        Graph taken = node.attribute(name).orElseThrow().asGraph();
        lowering.lower(taken);
        for (int i = 0; i < node.outputs().size(); i++) {
            Value inner = taken.outputs().get(i);
            if (node.output(i) == null) {
                continue;
            }
            Tensor constant = lowering.constant(inner);
            if (constant != null) {
                lowering.setConstant(node.output(i), constant);
            } else {
                lowering.set(node.output(i), lowering.of(inner));
            }
        }
    }

    /** In inference it does nothing; in training it is not for this backend. */
    private static void dropout(Node node, Lowering lowering) {
        Tensor training = node.input(2) == null ? null : lowering.constant(node.input(2));
        boolean off = node.input(2) == null || training != null && training.buffer().get(0) == 0;
        if (!off) {
            throw new Unsupported("Dropout in training");
        }
        identity(node, lowering);
    }

    private static void identity(Node node, Lowering lowering) {
        for (int i = 1; i < node.outputs().size(); i++) {
            if (node.output(i) != null && node.output(i).isUsed()) {
                throw new Unsupported(node.opType() + " whose second output is read");
            }
        }
        lowering.set(node.output(0), lowering.of(node.input(0)));
    }

    private static void reshape(Node node, Lowering lowering) {
        long[] shape = lowering.shape(node.output(0));
        Operand x = lowering.rowMajorAsIs(node.input(0));
        lowering.set(node.output(0), x.reshaped(shape));
    }

    private static void transpose(Node node, Lowering lowering) {
        Operand x = lowering.of(node.input(0));
        int rank = x.rank();
        long[] given = node.intsAttribute("perm", null);
        int[] order = new int[rank];
        for (int i = 0; i < rank; i++) {
            order[i] = given == null ? rank - 1 - i : (int) Math.floorMod(given[i], (long) rank);
        }
        if (x.channelsLast() && x.isDense() && isToLast(order)) {
            long[] shape = permuted(x.shape(), order);
            lowering.set(
                    node.output(0),
                    Operand.dense(x.place(), x.type(), shape).quantized(x.quantization()));
        } else if (!x.channelsLast() && rank >= 3 && isFromLast(order)) {
            lowering.set(
                    node.output(0),
                    Operand.last(x.place(), x.type(), permuted(x.shape(), order))
                            .quantized(x.quantization()));
        } else {
            lowering.set(node.output(0), permuted(x, order, lowering));
        }
    }

    /** 0, 2, 3, …, 1 */
    private static boolean isToLast(int[] order) {
        for (int i = 1; i < order.length - 1; i++) {
            if (order[i] != i + 1) {
                return false;
            }
        }
        return order[0] == 0 && order[order.length - 1] == 1;
    }

    /** 0, last, 1, 2, … */
    private static boolean isFromLast(int[] order) {
        for (int i = 2; i < order.length; i++) {
            if (order[i] != i - 1) {
                return false;
            }
        }
        return order[0] == 0 && order[1] == order.length - 1;
    }

    private static long[] permuted(long[] numbers, int[] order) {
        return Arrays.stream(order).mapToLong(axis -> numbers[axis]).toArray();
    }

    /** A dense tensor with the dimensions in another order. */
    static Operand permuted(Operand x, int[] order, Lowering lowering) {
        long[] shape = permuted(x.shape(), order);
        Place y = lowering.room(x.type(), shape);
        Operand to = Operand.dense(y, x.type(), shape);
        Conversions.copy(
                x.place(),
                permuted(x.strides(), order),
                y,
                to.strides(),
                shape,
                x.type(),
                lowering);
        return to.quantized(x.quantization());
    }

    private static void concat(Node node, Lowering lowering) {
        if (QuantizedConcat.lower(node, lowering)) {
            return;
        }
        long[] shape = lowering.shape(node.output(0));
        int axis = Dimensions.axis(node, 0, shape.length);
        DataType type = lowering.type(node.output(0));
        boolean last =
                shape.length >= 3
                        && node.inputs().stream()
                                .anyMatch(
                                        input ->
                                                lowering.constant(input) == null
                                                        && lowering.of(input).channelsLast());
        List<Operand> parts = new ArrayList<>();
        node.inputs().forEach(input -> parts.add(lowering.real(input)));
        lowering.set(node.output(0), joined(parts, type, shape, axis, last, lowering));
    }

    /** A new tensor of parts that lie behind each other along a dimension. */
    static Operand joined(
            List<Operand> parts,
            DataType type,
            long[] shape,
            int axis,
            boolean last,
            Lowering lowering) {
        Place y = lowering.room(type, shape);
        Operand all = last ? Operand.last(y, type, shape) : Operand.dense(y, type, shape);
        long step = all.strides()[axis] * type.bytes(1);
        long offset = 0;
        for (Operand part : parts) {
            if (part.size() > 0) {
                Conversions.copy(
                        part.place(),
                        part.strides(),
                        y.at(offset, y.bytes() - offset),
                        all.strides(),
                        part.shape(),
                        type,
                        lowering);
            }
            offset += part.shape()[axis] * step;
        }
        return all;
    }

    private static void split(Node node, Lowering lowering) {
        Operand x = lowering.of(node.input(0));
        int axis = Dimensions.axis(node, 0, x.rank());
        long start = 0;
        for (Value output : node.outputs()) {
            long[] shape = lowering.shape(output);
            long[] starts = new long[shape.length];
            starts[axis] = start;
            lowering.set(output, part(x, starts, shape, null, lowering));
            start += shape[axis];
        }
    }

    private static void slice(Node node, Lowering lowering) {
        Operand x = lowering.of(node.input(0));
        long[] starts = integers(node.input(1), lowering);
        long[] axes = node.input(3) == null ? null : integers(node.input(3), lowering);
        long[] steps = node.input(4) == null ? null : integers(node.input(4), lowering);
        long[] shape = lowering.shape(node.output(0));
        long[] first = new long[x.rank()];
        long[] every = new long[x.rank()];
        Arrays.fill(every, 1);
        for (int i = 0; i < starts.length; i++) {
            int axis = axes == null ? i : (int) Math.floorMod(axes[i], (long) x.rank());
            long length = x.shape()[axis];
            long step = steps == null ? 1 : steps[i];
            long start = starts[i] < 0 ? starts[i] + length : starts[i];
            first[axis] = Math.max(0, Math.min(start, step < 0 ? length - 1 : length));
            every[axis] = step;
        }
        lowering.set(node.output(0), part(x, first, shape, every, lowering));
    }

    private static long[] integers(Value value, Lowering lowering) {
        Tensor constant = lowering.constant(value);
        if (constant == null) {
            throw new Unsupported("bounds that are computed from what tensors hold");
        }
        return Numbers.longs(constant);
    }

    /** A copy of every so many elements, from first ones on; every: null for all. */
    private static Operand part(
            Operand x, long[] first, long[] shape, long[] every, Lowering lowering) {
        long[] strides = x.strides();
        long offset = 0;
        for (int i = 0; i < shape.length; i++) {
            offset += first[i] * strides[i];
            strides[i] *= every == null ? 1 : every[i];
        }
        Place y = lowering.room(x.type(), shape);
        Operand to =
                x.channelsLast()
                        ? Operand.last(y, x.type(), shape)
                        : Operand.dense(y, x.type(), shape);
        if (Tensor.elements(shape) > 0) {
            long start = offset * x.type().bytes(1);
            Conversions.copy(
                    x.place().at(start, x.place().bytes() - start),
                    strides,
                    y,
                    to.strides(),
                    shape,
                    x.type(),
                    lowering);
        }
        return to.quantized(x.quantization());
    }

    private static void gather(Node node, Lowering lowering) {
        Operand x = lowering.rowMajorAsIs(node.input(0));
        Operand indices = lowering.plain(node.input(1));
        if (indices.type() != DataType.INT64 && indices.type() != DataType.INT32) {
            throw new Unsupported("Gather with indices of " + indices.type());
        }
        int axis = Dimensions.axis(node, 0, x.rank());
        long[] split = NormalizationRules.around(x.shape(), axis, axis);
        long[] shape = lowering.shape(node.output(0));
        Place y = lowering.room(x.type(), shape);
        lowering.emit(
                lowering.instruction(Opcode.GATHER)
                        .read(x.place())
                        .read(indices.place())
                        .write(y)
                        .numbers(split[0], split[1], split[2] * x.type().bytes(1), indices.size())
                        .number(Types.number(indices.type()))
                        .doing("gather", 0));
        lowering.set(node.output(0), Operand.dense(y, x.type(), shape).quantized(x.quantization()));
    }

    private static void expand(Node node, Lowering lowering) {
        Operand x = lowering.rowMajorAsIs(node.input(0));
        long[] shape = lowering.shape(node.output(0));
        if (shape.length > MOST_DIMS) {
            throw new Unsupported("tensors of more than " + MOST_DIMS + " dimensions");
        }
        long[] strides = new long[shape.length];
        long[] own = x.strides();
        for (int i = 0; i < x.rank(); i++) {
            strides[shape.length - x.rank() + i] = x.shape()[i] == 1 ? 0 : own[i];
        }
        Place y = lowering.room(x.type(), shape);
        Operand to = Operand.dense(y, x.type(), shape);
        Conversions.copy(x.place(), strides, y, to.strides(), shape, x.type(), lowering);
        lowering.set(node.output(0), to.quantized(x.quantization()));
    }

    private static void cast(Node node, Lowering lowering) {
        DataType to = DataType.ofCode((int) node.intAttribute("to", 1));
        Operand x = lowering.real(node.input(0));
        if (!Types.isKnown(to)) {
            throw new Unsupported("Cast to " + to);
        }
        if (x.type() == to) {
            lowering.set(node.output(0), x);
            return;
        }
        Operand dense = x.isDense() ? x : lowering.plain(node.input(0));
        Place y = lowering.room(to, dense.shape());
        lowering.emit(
                lowering.instruction(Opcode.CAST)
                        .read(dense.place())
                        .write(y)
                        .numbers(dense.size(), Types.number(dense.type()), Types.number(to))
                        .doing("cast", 0));
        lowering.set(
                node.output(0),
                new Operand(y, to, dense.shape(), dense.channelsLast(), dense.cols(), null));
    }
}
