package ai.tenon.cpu.internal.lower;

import java.util.ArrayList;
import java.util.List;

/**
 * Dimensions over which operands are walked together, in the order in which the result lies in
 * memory; neighbours that can be walked as one are one.
 */
public final class Loops {
    private final List<Long> dims = new ArrayList<>();
    private final List<List<Long>> strides = new ArrayList<>();

    private Loops() {}

    /** Walks a dense result; operands are stretched to its shape. */
    public static Loops over(Operand result, Operand... operands) {
        long[] shape = result.shape();
        List<Integer> order = new ArrayList<>();
        for (int axis = 0; axis < shape.length; axis++) {
            if (axis != 1 || !result.channelsLast()) {
                order.add(axis);
            }
        }
        if (result.channelsLast()) {
            order.add(1);
        }
        long[][] steps = new long[operands.length][];
        for (int i = 0; i < operands.length; i++) {
            steps[i] = stretched(operands[i], shape);
        }
        Loops loops = new Loops();
        for (Operand operand : operands) {
            loops.strides.add(new ArrayList<>());
        }
        for (int axis : order) {
            if (shape[axis] != 1) {
                loops.append(shape[axis], axis, steps);
            }
        }
        if (loops.dims.isEmpty()) {
            loops.dims.add(1L);
            loops.strides.forEach(each -> each.add(0L));
        }
        return loops;
    }

    private static long[] stretched(Operand operand, long[] shape) {
        long[] own = operand.strides();
        long[] strides = new long[shape.length];
        int missing = shape.length - operand.rank();
        for (int axis = 0; axis < operand.rank(); axis++) {
            strides[axis + missing] = operand.shape()[axis] == 1 ? 0 : own[axis];
        }
        return strides;
    }

    private void append(long length, int axis, long[][] steps) {
        int last = dims.size() - 1;
        boolean joins = last >= 0;
        for (int i = 0; joins && i < steps.length; i++) {
            joins = strides.get(i).get(last) == steps[i][axis] * length;
        }
        if (joins) {
            dims.set(last, dims.get(last) * length);
            for (int i = 0; i < steps.length; i++) {
                strides.get(i).set(last, steps[i][axis]);
            }
        } else {
            dims.add(length);
            for (int i = 0; i < steps.length; i++) {
                strides.get(i).add(steps[i][axis]);
            }
        }
    }

    /** Number of loops. */
    public long rank(int most) {
        if (dims.size() > most) {
            throw new Unsupported("tensors that need more than " + most + " loops");
        }
        return dims.size();
    }

    public long[] dims() {
        return dims.stream().mapToLong(Long::longValue).toArray();
    }

    /** Of an operand, in elements. */
    public long[] strides(int operand) {
        return strides.get(operand).stream().mapToLong(Long::longValue).toArray();
    }
}
