package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Conversions;
import ai.tenon.cpu.internal.lower.Dimensions;
import ai.tenon.cpu.internal.lower.Loops;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.Rule;
import ai.tenon.cpu.internal.lower.Unary;
import ai.tenon.cpu.internal.lower.Unsupported;
import ai.tenon.cpu.internal.plan.Fn;
import ai.tenon.cpu.internal.plan.Fn2;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.cpu.internal.plan.Types;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import java.util.Arrays;
import java.util.Map;

/** Operators that work element by element. */
final class ElementwiseRules {
    private static final int MOST_DIMS = 6;

    private static final Map<String, Fn2> BINARY =
            Map.ofEntries(
                    Map.entry("Add", Fn2.ADD),
                    Map.entry("Sub", Fn2.SUB),
                    Map.entry("Mul", Fn2.MUL),
                    Map.entry("Div", Fn2.DIV),
                    Map.entry("Pow", Fn2.POW),
                    Map.entry("PRelu", Fn2.PRELU),
                    Map.entry("Equal", Fn2.EQUAL),
                    Map.entry("Less", Fn2.LESS),
                    Map.entry("LessOrEqual", Fn2.LESS_EQUAL),
                    Map.entry("Greater", Fn2.GREATER),
                    Map.entry("GreaterOrEqual", Fn2.GREATER_EQUAL),
                    Map.entry("And", Fn2.AND),
                    Map.entry("Or", Fn2.OR),
                    Map.entry("Xor", Fn2.XOR));

    private ElementwiseRules() {}

    static void register(Map<String, Rule> rules) {
        for (String op :
                new String[] {
                    "Relu",
                    "Sigmoid",
                    "Tanh",
                    "Softplus",
                    "Softsign",
                    "Mish",
                    "HardSwish",
                    "Exp",
                    "Log",
                    "Sqrt",
                    "Reciprocal",
                    "Abs",
                    "Neg",
                    "Erf",
                    "Floor",
                    "Ceil",
                    "Round",
                    "Sign",
                    "Sin",
                    "Cos",
                    "LeakyRelu",
                    "Elu",
                    "Selu",
                    "ThresholdedRelu",
                    "HardSigmoid",
                    "Gelu",
                    "Clip",
                    "com.microsoft.QuickGelu"
                }) {
            rules.put(op, ElementwiseRules::unary);
        }
        BINARY.forEach((op, fn) -> rules.put(op, (node, lowering) -> binary(node, fn, lowering)));
        rules.put("Mod", ElementwiseRules::mod);
        rules.put("Max", (node, lowering) -> variadic(node, Fn2.MAX, lowering));
        rules.put("Min", (node, lowering) -> variadic(node, Fn2.MIN, lowering));
        rules.put("Sum", (node, lowering) -> variadic(node, Fn2.ADD, lowering));
        rules.put("Mean", ElementwiseRules::mean);
        rules.put("Not", ElementwiseRules::not);
        rules.put("Where", ElementwiseRules::where);
    }

    private static void unary(Node node, Lowering lowering) {
        Unary unary = Unary.of(node, lowering);
        if (unary == null) {
            throw new Unsupported(node.opType() + " with bounds that are computed");
        }
        unary(node, unary, lowering);
    }

    private static void unary(Node node, Unary unary, Lowering lowering) {
        DataType type = lowering.type(unary.input());
        if (type == DataType.INT32 || type == DataType.INT64) {
            integers(node, unary, type, lowering);
            return;
        }
        if (type != DataType.FLOAT) {
            throw new Unsupported(node.opType() + " of " + type);
        }
        Operand x = lowering.real(unary.input());
        if (unary.fn() == Fn.ID) {
            lowering.set(node.output(0), x);
            return;
        }
        if (x.isDense()) {
            Chain.lower(node, x, lowering);
            return;
        }
        Place y = lowering.room(DataType.FLOAT, x.shape());
        Operand dense =
                x.channelsLast()
                        ? Operand.last(y, DataType.FLOAT, x.shape())
                        : Operand.dense(y, DataType.FLOAT, x.shape());
        Conversions.copy(x, dense, lowering);
        Chain.lower(node, dense, lowering);
    }

    /** Of integers only what needs no numbers between them. */
    private static void integers(Node node, Unary unary, DataType type, Lowering lowering) {
        Operand x = lowering.plain(unary.input());
        Fn2 fn =
                switch (unary.fn()) {
                    case NEG -> Fn2.SUB;
                    case RELU -> Fn2.MAX;
                    default -> throw new Unsupported(node.opType() + " of " + type);
                };
        Operand zero = lowering.stored(ai.tenon.graph.numeric.Numbers.of(type, new long[] {0}));
        Place y = lowering.room(type, x.shape());
        Operand result = Operand.dense(y, type, x.shape());
        emit(fn, fn == Fn2.SUB ? zero : x, fn == Fn2.SUB ? x : zero, result, type, lowering);
        lowering.set(node.output(0), result);
    }

    private static void mod(Node node, Lowering lowering) {
        boolean fmod = node.intAttribute("fmod", 0) != 0;
        binary(node, fmod ? Fn2.FMOD : Fn2.MOD, lowering);
    }

    private static void binary(Node node, Fn2 fn, Lowering lowering) {
        DataType type = lowering.type(node.input(0));
        if (fn == Fn2.POW && lowering.type(node.input(1)) != type) {
            throw new Unsupported("Pow of " + type + " and " + lowering.type(node.input(1)));
        }
        if (type == DataType.FLOAT) {
            Unary unary = Unary.of(node, lowering);
            if (unary != null && lowering.constant(unary.input()) == null) {
                unary(node, unary, lowering);
                return;
            }
            if (QuantizedBinary.lower(node, fn, lowering)) {
                return;
            }
            Operand start = Chain.start(node, fn, lowering);
            if (start != null) {
                Chain.lower(node, start, lowering);
                return;
            }
        }
        lowering.set(
                node.output(0),
                combine(
                        fn,
                        lowering.real(node.input(0)),
                        lowering.real(node.input(1)),
                        type,
                        lowering));
    }

    private static void variadic(Node node, Fn2 fn, Lowering lowering) {
        DataType type = lowering.type(node.input(0));
        if (node.inputs().size() == 2) {
            binary(node, fn, lowering);
            return;
        }
        Operand sum = lowering.real(node.input(0));
        for (Value next : node.inputs().subList(1, node.inputs().size())) {
            sum = combine(fn, sum, lowering.real(next), type, lowering);
        }
        lowering.set(node.output(0), sum);
    }

    private static void mean(Node node, Lowering lowering) {
        DataType type = lowering.type(node.input(0));
        if (type != DataType.FLOAT) {
            throw new Unsupported("Mean of " + type);
        }
        Operand sum = lowering.real(node.input(0));
        for (Value next : node.inputs().subList(1, node.inputs().size())) {
            sum = combine(Fn2.ADD, sum, lowering.real(next), type, lowering);
        }
        Place y = lowering.room(type, sum.shape());
        lowering.emit(
                lowering.instruction(Opcode.UNARY)
                        .read(sum.place())
                        .write(y)
                        .numbers(sum.size(), Fn.AFFINE.number())
                        .real(1.0 / node.inputs().size())
                        .real(0));
        lowering.set(
                node.output(0),
                new Operand(y, type, sum.shape(), sum.channelsLast(), sum.cols(), null));
    }

    private static void not(Node node, Lowering lowering) {
        Operand x = lowering.plain(node.input(0));
        Operand yes =
                lowering.stored(ai.tenon.graph.numeric.Numbers.ofBooleans(new boolean[] {true}));
        Operand y =
                Operand.dense(lowering.room(DataType.BOOL, x.shape()), DataType.BOOL, x.shape());
        emit(Fn2.XOR, x, yes, y, DataType.BOOL, lowering);
        lowering.set(node.output(0), y);
    }

    /** A new tensor of fn2(a, b), in the layout of whichever operand has the result's shape. */
    static Operand combine(Fn2 fn, Operand a, Operand b, DataType type, Lowering lowering) {
        if (!Types.isKnown(type)) {
            throw new Unsupported(fn + " of " + type);
        }
        long[] shape = Dimensions.broadcast(a.shape(), b.shape());
        DataType result = fn.number() >= Fn2.EQUAL.number() ? DataType.BOOL : type;
        boolean last =
                a.channelsLast() && Arrays.equals(a.shape(), shape)
                        || b.channelsLast() && Arrays.equals(b.shape(), shape);
        Place place = lowering.room(result, shape);
        Operand y = last ? Operand.last(place, result, shape) : Operand.dense(place, result, shape);
        emit(fn, a, b, y, type, lowering);
        return y;
    }

    private static void emit(
            Fn2 fn, Operand a, Operand b, Operand y, DataType type, Lowering lowering) {
        Loops loops = Loops.over(y, a, b);
        lowering.emit(
                lowering.instruction(Opcode.BINARY)
                        .read(a.place())
                        .read(b.place())
                        .write(y.place())
                        .numbers(fn.number(), Types.number(type), loops.rank(MOST_DIMS))
                        .array(MOST_DIMS, loops.dims())
                        .array(MOST_DIMS, loops.strides(0))
                        .array(MOST_DIMS, loops.strides(1))
                        .doing(fn.name().toLowerCase(java.util.Locale.ROOT), y.size()));
    }

    private static void where(Node node, Lowering lowering) {
        Operand condition = lowering.real(node.input(0));
        Operand a = lowering.real(node.input(1));
        Operand b = lowering.real(node.input(2));
        long[] shape =
                Dimensions.broadcast(Dimensions.broadcast(condition.shape(), a.shape()), b.shape());
        Operand y = Operand.dense(lowering.room(a.type(), shape), a.type(), shape);
        Loops loops = Loops.over(y, condition, a, b);
        lowering.emit(
                lowering.instruction(Opcode.SELECT)
                        .read(condition.place())
                        .read(a.place())
                        .read(b.place())
                        .write(y.place())
                        .numbers(a.type().bytes(1), loops.rank(MOST_DIMS))
                        .array(MOST_DIMS, loops.dims())
                        .array(MOST_DIMS, loops.strides(0))
                        .array(MOST_DIMS, loops.strides(1))
                        .array(MOST_DIMS, loops.strides(2))
                        .doing("where", 0));
        lowering.set(node.output(0), y);
    }
}
