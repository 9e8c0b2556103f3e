package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Conversions;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.Rule;
import ai.tenon.cpu.internal.lower.Unsupported;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.Arrays;
import java.util.Map;

/** Operators over pictures that move elements, or scale channels. */
final class PictureRules {
    /** Each is an instruction. */
    private static final int MOST_LINES = 256;

    private PictureRules() {}

    static void register(Map<String, Rule> rules) {
        rules.put("DepthToSpace", PictureRules::depthToSpace);
        rules.put("SpaceToDepth", PictureRules::spaceToDepth);
        rules.put("Pad", PictureRules::pad);
        rules.put("BatchNormalization", PictureRules::batchNormalization);
        rules.put("Tile", PictureRules::tile);
    }

    private static void depthToSpace(Node node, Lowering lowering) {
        Operand x = lowering.of(node.input(0));
        long block = node.intAttribute("blocksize", 1);
        boolean columnRow = node.stringAttribute("mode", "DCR").equals("CRD");
        long[] in = x.shape();
        long[] out = lowering.shape(node.output(0));
        requireFour(node, in);
        long[] s = x.strides();
        long channels = out[1];
        // channels of the input are (row, column, channel), or (channel, row, column)
        long row = columnRow ? s[1] * block : s[1] * block * channels;
        long column = columnRow ? s[1] : s[1] * channels;
        long channel = columnRow ? s[1] * block * block : s[1];
        Operand y = like(x, out, lowering);
        long[] t = y.strides();
        Conversions.copy(
                x.place(),
                new long[] {s[0], s[2], row, s[3], column, channel},
                y.place(),
                new long[] {t[0], t[2] * block, t[2], t[3] * block, t[3], t[1]},
                new long[] {in[0], in[2], block, in[3], block, channels},
                x.type(),
                lowering);
        lowering.set(node.output(0), y);
    }

    private static void spaceToDepth(Node node, Lowering lowering) {
        Operand x = lowering.of(node.input(0));
        long block = node.intAttribute("blocksize", 1);
        long[] in = x.shape();
        long[] out = lowering.shape(node.output(0));
        requireFour(node, in);
        long[] s = x.strides();
        Operand y = like(x, out, lowering);
        long[] t = y.strides();
        Conversions.copy(
                x.place(),
                new long[] {s[0], s[2] * block, s[2], s[3] * block, s[3], s[1]},
                y.place(),
                new long[] {t[0], t[2], t[1] * block * in[1], t[3], t[1] * in[1], t[1]},
                new long[] {in[0], out[2], block, out[3], block, in[1]},
                x.type(),
                lowering);
        lowering.set(node.output(0), y);
    }

    private static void requireFour(Node node, long[] shape) {
        if (shape.length != 4) {
            throw new Unsupported(node.opType() + " of " + shape.length + " dimensions");
        }
    }

    /** Room for a tensor in the same layout, with the same kind of elements. */
    private static Operand like(Operand x, long[] shape, Lowering lowering) {
        Place room = lowering.room(x.type(), shape);
        Operand y =
                x.channelsLast()
                        ? Operand.last(room, x.type(), shape)
                        : Operand.dense(room, x.type(), shape);
        return y.quantized(x.quantization());
    }

    private static void pad(Node node, Lowering lowering) {
        Operand x = lowering.real(node.input(0));
        String mode = node.stringAttribute("mode", "constant");
        long[] pads = before(node, x.rank(), lowering);
        long[] out = lowering.shape(node.output(0));
        Operand y = like(x, out, lowering);
        if (mode.equals("constant")) {
            lowering.emit(
                    lowering.instruction(Opcode.FILL)
                            .write(y.place())
                            .numbers(y.size(), x.type().bytes(1), filler(node, x.type(), lowering))
                            .doing("fill", 0));
        } else if (!mode.equals("reflect") && !mode.equals("edge")) {
            throw new Unsupported("Pad with mode " + mode);
        }
        inner(x, y, pads, lowering);
        if (!mode.equals("constant")) {
            for (int axis = 0; axis < x.rank(); axis++) {
                border(y, axis, pads[axis], x.shape()[axis], mode.equals("reflect"), lowering);
            }
        }
        lowering.set(node.output(0), y);
    }

    private static long[] before(Node node, int rank, Lowering lowering) {
        Tensor given = lowering.constant(node.input(1));
        Tensor axes = node.input(3) == null ? null : lowering.constant(node.input(3));
        if (given == null || node.input(3) != null && axes == null) {
            throw new Unsupported("Pad by lengths that are computed");
        }
        long[] numbers = Numbers.longs(given);
        long[] pads = new long[rank];
        for (int i = 0; i < numbers.length / 2; i++) {
            int axis = axes == null ? i : (int) Math.floorMod(Numbers.longs(axes)[i], (long) rank);
            pads[axis] = numbers[i];
            if (numbers[i] < 0 || numbers[i + numbers.length / 2] < 0) {
                throw new Unsupported("Pad by a negative length");
            }
        }
        return pads;
    }

    private static long filler(Node node, DataType type, Lowering lowering) {
        if (node.input(2) == null) {
            return 0;
        }
        Tensor value = lowering.constant(node.input(2));
        if (value == null) {
            throw new Unsupported("Pad with a value that is computed");
        }
        return value.size() == 0 || type == DataType.STRING ? 0 : Numbers.codes(value)[0];
    }

    /** The tensor itself, within the padding. */
    private static void inner(Operand x, Operand y, long[] pads, Lowering lowering) {
        long offset = 0;
        long[] steps = y.strides();
        for (int i = 0; i < pads.length; i++) {
            offset += pads[i] * steps[i];
        }
        if (x.size() > 0) {
            long start = offset * x.type().bytes(1);
            Conversions.copy(
                    x.place(),
                    x.strides(),
                    y.place().at(start, y.place().bytes() - start),
                    steps,
                    x.shape(),
                    x.type(),
                    lowering);
        }
    }

    /** Slices before and behind what is there along a dimension, one by one. */
    private static void border(
            Operand y, int axis, long before, long length, boolean reflect, Lowering lowering) {
        long[] shape = y.shape().clone();
        long behind = shape[axis] - before - length;
        shape[axis] = 1;
        if (before + behind > MOST_LINES) {
            throw new Unsupported(
                    "Pad by more than " + MOST_LINES + " lines that are not constant");
        }
        if (reflect && Math.max(before, behind) >= length) {
            throw new Unsupported("Pad that reflects more than there is");
        }
        for (long i = 1; i <= before; i++) {
            slice(y, axis, reflect ? before + i : before, before - i, shape, lowering);
        }
        long last = before + length - 1;
        for (long i = 1; i <= behind; i++) {
            slice(y, axis, reflect ? last - i : last, last + i, shape, lowering);
        }
    }

    private static void slice(
            Operand y, int axis, long from, long to, long[] shape, Lowering lowering) {
        long step = y.strides()[axis] * y.type().bytes(1);
        long bytes = y.place().bytes();
        lowering.emit(
                lowering.instruction(Opcode.COPY)
                        .read(y.place().at(from * step, bytes - from * step))
                        .update(y.place().at(to * step, bytes - to * step))
                        .numbers(y.type().bytes(1), shape.length)
                        .array(8, shape)
                        .array(8, y.strides())
                        .array(8, y.strides()));
    }

    /** Of a layer that it could not be made part of: a factor and a summand per channel. */
    private static void batchNormalization(Node node, Lowering lowering) {
        if (node.intAttribute("training_mode", 0) != 0) {
            throw new Unsupported("BatchNormalization in training");
        }
        Operand x = lowering.of(node.input(0));
        float[][] p = new float[4][];
        for (int i = 0; i < p.length; i++) {
            Tensor constant = lowering.constant(node.input(i + 1));
            if (constant == null || constant.type() != DataType.FLOAT) {
                throw new Unsupported("BatchNormalization with computed parameters");
            }
            p[i] = Numbers.floats(constant);
        }
        if (lowering.type(node.input(0)) != DataType.FLOAT || x.rank() < 2) {
            throw new Unsupported("BatchNormalization of " + lowering.type(node.input(0)));
        }
        float epsilon = node.floatAttribute("epsilon", 1e-5f);
        float[] factor = new float[p[0].length];
        float[] summand = new float[p[0].length];
        for (int i = 0; i < factor.length; i++) {
            factor[i] = (float) (p[0][i] / Math.sqrt((double) p[3][i] + epsilon));
            summand[i] = p[1][i] - p[2][i] * factor[i];
        }
        Operand from = x.rank() > 2 ? lowering.last(node.input(0)) : lowering.plain(node.input(0));
        Place y = lowering.room(DataType.FLOAT, from.shape());
        lowering.emit(
                lowering.instruction(Opcode.CHAIN)
                        .read(from.place())
                        .write(y)
                        .numbers(from.rows(), from.cols(), from.ld(), from.cols(), 2)
                        .numbers(1, ai.tenon.cpu.internal.plan.Fn2.MUL.number(), 0, 0)
                        .read(lowering.stored(factor))
                        .numbers(Math.max(1, from.rows()), from.cols(), 1, 0)
                        .numbers(1, ai.tenon.cpu.internal.plan.Fn2.ADD.number(), 0, 0)
                        .read(lowering.stored(summand))
                        .numbers(Math.max(1, from.rows()), from.cols(), 1, 0)
                        .array(6 * 9)
                        .doing("batch norm", 2 * from.size()));
        lowering.set(
                node.output(0),
                new Operand(
                        y, DataType.FLOAT, from.shape(), from.channelsLast(), from.cols(), null));
    }

    private static void tile(Node node, Lowering lowering) {
        Operand x = lowering.rowMajorAsIs(node.input(0));
        Tensor repeats = lowering.constant(node.input(1));
        if (repeats == null) {
            throw new Unsupported("Tile by counts that are computed");
        }
        long[] counts = Numbers.longs(repeats);
        long[] out = lowering.shape(node.output(0));
        Operand y = like(x, out, lowering);
        int rank = x.rank();
        long[] dims = new long[2 * rank];
        long[] from = new long[2 * rank];
        long[] to = new long[2 * rank];
        for (int i = 0; i < rank; i++) {
            dims[2 * i] = counts[i];
            dims[2 * i + 1] = x.shape()[i];
            from[2 * i + 1] = x.strides()[i];
            to[2 * i] = y.strides()[i] * x.shape()[i];
            to[2 * i + 1] = y.strides()[i];
        }
        int[] kept =
                java.util.stream.IntStream.range(0, 2 * rank).filter(i -> dims[i] != 1).toArray();
        Conversions.copy(
                x.place(),
                pick(from, kept),
                y.place(),
                pick(to, kept),
                pick(dims, kept),
                x.type(),
                lowering);
        lowering.set(node.output(0), y);
    }

    private static long[] pick(long[] numbers, int[] places) {
        return Arrays.stream(places).mapToLong(i -> numbers[i]).toArray();
    }
}
