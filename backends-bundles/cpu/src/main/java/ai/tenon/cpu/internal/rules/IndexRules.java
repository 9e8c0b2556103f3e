package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Conversions;
import ai.tenon.cpu.internal.lower.Dimensions;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.Rule;
import ai.tenon.cpu.internal.lower.Unsupported;
import ai.tenon.cpu.internal.plan.Instruction;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.cpu.internal.plan.Types;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that find or follow indices. */
final class IndexRules {
    private static final int MOST_DEPTH = 8;

    private IndexRules() {}

    static void register(Map<String, Rule> rules) {
        rules.put("ArgMax", (node, lowering) -> arg(node, false, lowering));
        rules.put("ArgMin", (node, lowering) -> arg(node, true, lowering));
        rules.put("TopK", IndexRules::topK);
        rules.put("CumSum", IndexRules::cumSum);
        rules.put("GatherElements", IndexRules::gatherElements);
        rules.put("GatherND", IndexRules::gatherNd);
        rules.put("ScatterND", IndexRules::scatterNd);
    }

    private static void requireNumbers(Node node, DataType type) {
        if (type != DataType.FLOAT && type != DataType.INT32 && type != DataType.INT64) {
            throw new Unsupported(node.opType() + " of " + type);
        }
    }

    private static void arg(Node node, boolean min, Lowering lowering) {
        Operand x = lowering.plain(node.input(0));
        requireNumbers(node, x.type());
        int axis = Dimensions.axis(node, 0, x.rank());
        long[] shape = lowering.shape(node.output(0));
        Place y = lowering.room(DataType.INT64, shape);
        lowering.emit(
                lowering.instruction(Opcode.ARG)
                        .read(x.place())
                        .write(y)
                        .number(Types.number(x.type()))
                        .numbers(NormalizationRules.around(x.shape(), axis, axis))
                        .flag(min)
                        .number(node.intAttribute("select_last_index", 0))
                        .doing(min ? "arg min" : "arg max", x.size()));
        lowering.set(node.output(0), Operand.dense(y, DataType.INT64, shape));
    }

    private static void topK(Node node, Lowering lowering) {
        Operand x = lowering.plain(node.input(0));
        requireNumbers(node, x.type());
        Tensor k = lowering.constant(node.input(1));
        if (k == null) {
            throw new Unsupported("TopK of a number that is computed");
        }
        int axis = Dimensions.axis(node, -1, x.rank());
        long[] shape = x.shape().clone();
        shape[axis] = Numbers.longs(k)[0];
        Place values = lowering.room(x.type(), shape);
        Place indices = lowering.room(DataType.INT64, shape);
        lowering.emit(
                lowering.instruction(Opcode.TOPK)
                        .read(x.place())
                        .write(values)
                        .write(indices)
                        .number(Types.number(x.type()))
                        .numbers(NormalizationRules.around(x.shape(), axis, axis))
                        .numbers(shape[axis], 1 - node.intAttribute("largest", 1))
                        .doing("top k", x.size()));
        set(node, 0, Operand.dense(values, x.type(), shape), lowering);
        set(node, 1, Operand.dense(indices, DataType.INT64, shape), lowering);
    }

    private static void set(Node node, int output, Operand operand, Lowering lowering) {
        if (node.output(output) != null) {
            lowering.set(node.output(output), operand);
        }
    }

    private static void cumSum(Node node, Lowering lowering) {
        Operand x = lowering.plain(node.input(0));
        requireNumbers(node, x.type());
        Tensor along = lowering.constant(node.input(1));
        if (along == null) {
            throw new Unsupported("CumSum along a dimension that is computed");
        }
        int axis = (int) Math.floorMod(Numbers.longs(along)[0], (long) x.rank());
        Place y = lowering.room(x.type(), x.shape());
        lowering.emit(
                lowering.instruction(Opcode.CUMSUM)
                        .read(x.place())
                        .write(y)
                        .number(Types.number(x.type()))
                        .numbers(NormalizationRules.around(x.shape(), axis, axis))
                        .number(node.intAttribute("exclusive", 0))
                        .number(node.intAttribute("reverse", 0))
                        .doing("cumulative sum", x.size()));
        lowering.set(node.output(0), Operand.dense(y, x.type(), x.shape()));
    }

    private static Operand indices(Node node, int input, Lowering lowering) {
        Operand indices = lowering.plain(node.input(input));
        if (indices.type() != DataType.INT64 && indices.type() != DataType.INT32) {
            throw new Unsupported(node.opType() + " with indices of " + indices.type());
        }
        return indices;
    }

    private static void gatherElements(Node node, Lowering lowering) {
        Operand x = lowering.plain(node.input(0));
        Operand indices = indices(node, 1, lowering);
        int axis = Dimensions.axis(node, 0, x.rank());
        for (int i = 0; i < x.rank(); i++) {
            if (i != axis && x.shape()[i] != indices.shape()[i]) {
                throw new Unsupported("GatherElements of fewer rows than there are");
            }
        }
        long[] split = NormalizationRules.around(x.shape(), axis, axis);
        Place y = lowering.room(x.type(), indices.shape());
        lowering.emit(
                lowering.instruction(Opcode.GATHER_ELEMENTS)
                        .read(x.place())
                        .read(indices.place())
                        .write(y)
                        .numbers(split)
                        .numbers(indices.shape()[axis], x.type().bytes(1))
                        .number(Types.number(indices.type()))
                        .doing("gather", 0));
        lowering.set(node.output(0), Operand.dense(y, x.type(), indices.shape()));
    }

    private static void gatherNd(Node node, Lowering lowering) {
        Operand x = lowering.plain(node.input(0));
        Operand indices = indices(node, 1, lowering);
        int batch = (int) node.intAttribute("batch_dims", 0);
        long[] shape = lowering.shape(node.output(0));
        Place y = lowering.room(x.type(), shape);
        long depth = indices.shape()[indices.rank() - 1];
        lowering.emit(
                nd(Opcode.GATHER_ND, x, indices, y, batch, depth, lowering)
                        .numbers(0, Types.number(x.type()))
                        .array(
                                MOST_DEPTH,
                                Arrays.copyOfRange(x.shape(), batch, batch + (int) depth))
                        .doing("gather", 0));
        lowering.set(node.output(0), Operand.dense(y, x.type(), shape));
    }

    /** Parameters up to the type of the indices. */
    private static Instruction nd(
            Opcode opcode,
            Operand x,
            Operand indices,
            Place y,
            int batch,
            long depth,
            Lowering lowering) {
        if (depth > MOST_DEPTH) {
            throw new Unsupported("index tuples of more than " + MOST_DEPTH + " numbers");
        }
        long batches = 1;
        for (int i = 0; i < batch; i++) {
            batches *= x.shape()[i];
        }
        long inner = x.type().bytes(1);
        for (int i = batch + (int) depth; i < x.rank(); i++) {
            inner *= x.shape()[i];
        }
        long count = batches * depth == 0 ? 0 : indices.size() / batches / depth;
        Instruction instruction = lowering.instruction(opcode).read(x.place());
        instruction.read(indices.place());
        if (opcode == Opcode.GATHER_ND) {
            instruction.write(y);
        } else {
            instruction.update(y);
        }
        return instruction.numbers(batches, count, depth, inner, Types.number(indices.type()));
    }

    private static void scatterNd(Node node, Lowering lowering) {
        Operand x = lowering.plain(node.input(0));
        Operand indices = indices(node, 1, lowering);
        Operand updates = lowering.plain(node.input(2));
        int reduction =
                List.of("none", "add", "mul", "max", "min")
                        .indexOf(node.stringAttribute("reduction", "none"));
        if (reduction > 0) {
            requireNumbers(node, x.type());
        }
        Operand y = Operand.dense(lowering.room(x.type(), x.shape()), x.type(), x.shape());
        if (x.size() > 0) {
            Conversions.copy(x, y, lowering);
        }
        long depth = indices.shape()[indices.rank() - 1];
        lowering.emit(
                nd(Opcode.SCATTER_ND, updatesAs(updates, x), indices, y.place(), 0, depth, lowering)
                        .numbers(reduction, Types.number(x.type()))
                        .array(MOST_DEPTH, Arrays.copyOf(x.shape(), (int) depth))
                        .doing("scatter", 0));
        lowering.set(node.output(0), y);
    }

    /** The updates, described by the shape of what they go into. */
    private static Operand updatesAs(Operand updates, Operand x) {
        return Operand.dense(updates.place(), x.type(), x.shape());
    }
}
