package ai.tenon.cpu.internal.lower;

import ai.tenon.cpu.internal.plan.Instruction;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.cpu.internal.plan.Types;
import ai.tenon.graph.DataType;

/** Brings values into another form: another layout, real numbers instead of codes. */
public final class Conversions {
    private static final int MOST_DIMS = 8;

    private Conversions() {}

    /** The same values in the other layout, or without gaps. */
    public static Operand layout(Operand from, boolean channelsLast, Lowering lowering) {
        if (channelsLast && from.rank() < 3) {
            throw new Unsupported("a tensor of " + from.rank() + " dimensions has no channels");
        }
        if (from.isSameInBothLayouts()) {
            return new Operand(
                    from.place(),
                    from.type(),
                    from.shape(),
                    channelsLast,
                    channelsLast ? from.shape()[1] : from.shape()[from.rank() - 1],
                    from.quantization());
        }
        Place room = lowering.room(from.type(), from.shape());
        Operand to =
                channelsLast
                        ? Operand.last(room, from.type(), from.shape())
                        : Operand.dense(room, from.type(), from.shape());
        copy(from, to, lowering);
        return to.quantized(from.quantization());
    }

    /** Copies between any two layouts of the same shape. */
    public static void copy(Operand from, Operand to, Lowering lowering) {
        copy(
                from.place(),
                from.strides(),
                to.place(),
                to.strides(),
                to.shape(),
                to.type(),
                lowering);
    }

    /** Copies by strides in elements. */
    public static void copy(
            Place from,
            long[] fromStrides,
            Place to,
            long[] toStrides,
            long[] shape,
            DataType type,
            Lowering lowering) {
        if (shape.length > MOST_DIMS) {
            throw new Unsupported("tensors of more than " + MOST_DIMS + " dimensions");
        }
        lowering.emit(
                lowering.instruction(Opcode.COPY)
                        .read(from)
                        .write(to)
                        .numbers(type.bytes(1), shape.length)
                        .array(MOST_DIMS, shape)
                        .array(MOST_DIMS, fromStrides)
                        .array(MOST_DIMS, toStrides)
                        .doing("copy", 0));
    }

    /** Real numbers for codes where the model means them, else the model's own integers. */
    static Operand unquantized(Operand from, DataType meant, Lowering lowering) {
        Quantization by = from.quantization();
        DataType type = meant == null || meant.isFloat() ? DataType.FLOAT : meant;
        Place room = lowering.room(type, from.shape());
        if (type == DataType.FLOAT) {
            lowering.emit(dequantize(lowering.instruction(Opcode.DEQUANTIZE), from, room, by));
        } else if (!by.signed() && from.isDense()) {
            return new Operand(
                    from.place(), type, from.shape(), from.channelsLast(), from.ld(), null);
        } else {
            byte[] lut = new byte[256];
            for (int code = 0; code < lut.length; code++) {
                lut[code] = (byte) (by.signed() ? code - 128 : code);
            }
            lowering.emit(
                    lowering.instruction(Opcode.LUT)
                            .read(from.place())
                            .write(room)
                            .read(lowering.stored(lut))
                            .numbers(from.rows(), from.cols(), from.ld(), from.cols()));
        }
        return new Operand(room, type, from.shape(), from.channelsLast(), from.cols(), null);
    }

    private static Instruction dequantize(
            Instruction instruction, Operand from, Place to, Quantization by) {
        return instruction
                .read(from.place())
                .write(to)
                .read(null)
                .read(null)
                .numbers(from.rows(), from.cols(), from.ld(), from.cols())
                .number(Types.number(from.type()))
                .real(by.scale())
                .numbers(by.zeroPoint(), 0);
    }
}
