package ai.tenon.cpu.internal.lower;

import ai.tenon.cpu.internal.plan.Fn;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import java.util.Arrays;
import java.util.Map;

/**
 * A function of one number that a node applies to every element: also Mul, Add, Sub, Div and Pow
 * with a constant number.
 *
 * @param input that it is applied to
 */
public record Unary(Fn fn, double a, double b, Value input) {
    private static final double SIXTH = 1.0 / 6;

    private static final Map<String, Fn> PLAIN =
            Map.ofEntries(
                    Map.entry("Relu", Fn.RELU),
                    Map.entry("Sigmoid", Fn.SIGMOID),
                    Map.entry("Tanh", Fn.TANH),
                    Map.entry("Softplus", Fn.SOFTPLUS),
                    Map.entry("Softsign", Fn.SOFTSIGN),
                    Map.entry("Mish", Fn.MISH),
                    Map.entry("HardSwish", Fn.HARD_SWISH),
                    Map.entry("Exp", Fn.EXP),
                    Map.entry("Log", Fn.LOG),
                    Map.entry("Sqrt", Fn.SQRT),
                    Map.entry("Reciprocal", Fn.RECIPROCAL),
                    Map.entry("Abs", Fn.ABS),
                    Map.entry("Neg", Fn.NEG),
                    Map.entry("Erf", Fn.ERF),
                    Map.entry("Floor", Fn.FLOOR),
                    Map.entry("Ceil", Fn.CEIL),
                    Map.entry("Round", Fn.ROUND),
                    Map.entry("Sign", Fn.SIGN),
                    Map.entry("Sin", Fn.SIN),
                    Map.entry("Cos", Fn.COS),
                    Map.entry("Identity", Fn.ID));

    private static final float SELU_ALPHA = 1.67326319217681884765625f;
    private static final float SELU_GAMMA = 1.05070102214813232421875f;

    /** The function that a node applies to FLOAT; null if it is no such node. */
    public static Unary of(Node node, Lowering lowering) {
        Value x = node.input(0);
        if (!node.domain().isEmpty()) {
            return node.qualifiedType().equals("com.microsoft.QuickGelu")
                    ? new Unary(Fn.QUICK_GELU, node.floatAttribute("alpha", 1.702f), 0, x)
                    : null;
        }
        Fn plain = PLAIN.get(node.opType());
        if (plain != null) {
            return new Unary(plain, 0, 0, x);
        }
        return switch (node.opType()) {
            case "LeakyRelu" -> {
                float slope = node.floatAttribute("alpha", 0.01f);
                yield slope == 1
                        ? new Unary(Fn.ID, 0, 0, x)
                        : new Unary(Fn.LEAKY_RELU, slope, 0, x);
            }
            case "Elu" -> new Unary(Fn.ELU, node.floatAttribute("alpha", 1), 0, x);
            case "Selu" ->
                    new Unary(
                            Fn.SELU,
                            node.floatAttribute("alpha", SELU_ALPHA),
                            node.floatAttribute("gamma", SELU_GAMMA),
                            x);
            case "ThresholdedRelu" ->
                    new Unary(Fn.THRESHOLDED_RELU, node.floatAttribute("alpha", 1), 0, x);
            case "HardSigmoid" ->
                    new Unary(
                            Fn.HARD_SIGMOID,
                            node.floatAttribute("alpha", 0.2f),
                            node.floatAttribute("beta", 0.5f),
                            x);
            case "Gelu" ->
                    new Unary(
                            node.stringAttribute("approximate", "none").equals("tanh")
                                    ? Fn.GELU_TANH
                                    : Fn.GELU,
                            0,
                            0,
                            x);
            case "Clip" -> clip(node, lowering);
            case "Mul", "Add", "Sub", "Div", "Pow" -> withNumber(node, lowering);
            default -> null;
        };
    }

    private static Unary clip(Node node, Lowering lowering) {
        Double low = number(node.input(1), lowering, -Double.MAX_VALUE);
        Double high = number(node.input(2), lowering, Double.MAX_VALUE);
        // what no float can exceed bounds nothing, infinities neither
        return low == null || high == null
                ? null
                : new Unary(
                        Fn.CLIP,
                        low == -Double.MAX_VALUE ? Double.NEGATIVE_INFINITY : low,
                        high == Double.MAX_VALUE ? Double.POSITIVE_INFINITY : high,
                        node.input(0));
    }

    private static Unary withNumber(Node node, Lowering lowering) {
        Double right = uniform(node.input(1), node.input(0), lowering);
        Double left = right == null ? uniform(node.input(0), node.input(1), lowering) : null;
        if (right == null && left == null) {
            return null;
        }
        Value x = node.input(right == null ? 1 : 0);
        Value other = node.input(right == null ? 0 : 1);
        if (rankOf(other, lowering) > rankOf(x, lowering)) {
            return null; // the result has more dimensions than what it is made of
        }
        double number = right == null ? left : right;
        return switch (node.opType()) {
            case "Mul" -> new Unary(Fn.AFFINE, number, 0, x);
            case "Add" -> new Unary(Fn.AFFINE, 1, number, x);
            case "Sub" ->
                    right != null
                            ? new Unary(Fn.AFFINE, 1, -number, x)
                            : new Unary(Fn.AFFINE, -1, number, x);
            case "Div" ->
                    right != null && isExactInverse(number)
                            ? new Unary(Fn.AFFINE, 1 / number, 0, x)
                            : left != null && number == 1
                                    ? new Unary(Fn.RECIPROCAL, 0, 0, x)
                                    : null;
            case "Pow" ->
                    right == null
                            ? null
                            : number == 2
                                    ? new Unary(Fn.SQUARE, 0, 0, x)
                                    : number == 0.5 ? new Unary(Fn.SQRT, 0, 0, x) : null;
            default -> null;
        };
    }

    /** Multiplying by the inverse is off by at most one bit in the last place; zero has none. */
    private static boolean isExactInverse(double number) {
        return number != 0 && Double.isFinite(1 / number);
    }

    private static int rankOf(Value value, Lowering lowering) {
        return lowering.shape(value).length;
    }

    /**
     * The number that all elements of a constant are that does not stretch {@code x}; else null.
     */
    private static Double uniform(Value value, Value x, Lowering lowering) {
        Double number = number(value, lowering, null);
        Tensor constant = number != null || value == null ? null : lowering.constant(value);
        if (constant == null
                || constant.size() == 0
                || constant.type() != DataType.FLOAT
                || lowering.constant(x) != null
                || !Arrays.equals(
                        lowering.shape(x),
                        Dimensions.broadcast(lowering.shape(x), constant.shape()))) {
            return number;
        }
        float first = constant.buffer().getFloat(0);
        for (int i = 1; i < constant.size(); i++) {
            if (constant.buffer().getFloat(Float.BYTES * i) != first) {
                return null;
            }
        }
        return (double) first;
    }

    /** The only element of a constant of FLOAT; {@code absent} if there is no value. */
    static Double number(Value value, Lowering lowering, Double absent) {
        if (value == null) {
            return absent;
        }
        Tensor constant = lowering.constant(value);
        return constant == null || constant.size() != 1 || !constant.type().isFloat()
                ? null
                : Double.valueOf(Numbers.doubles(constant)[0]);
    }

    /** What x times this gate of x is; null if that has no name. */
    Fn gated() {
        if (fn == Fn.SIGMOID) {
            return Fn.SILU;
        }
        return fn == Fn.HARD_SIGMOID && Math.abs(a - SIXTH) < 1e-4 && b == 0.5
                ? Fn.HARD_SWISH
                : null;
    }

    /** The function of one number, computed in the way that look-up tables are made. */
    double apply(double x) {
        return switch (fn) {
            case ID -> x;
            case RELU -> Math.max(x, 0);
            case CLIP -> Math.min(Math.max(x, a), b);
            case HARD_SWISH -> x * Math.max(0, Math.min(1, x / 6 + 0.5));
            case HARD_SIGMOID -> Math.max(0, Math.min(1, a * x + b));
            case SILU -> x / (1 + Math.exp(-x));
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case TANH -> Math.tanh(x);
            case LEAKY_RELU -> x < 0 ? a * x : x;
            case ELU -> x < 0 ? a * Math.expm1(x) : x;
            case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
            case ABS -> Math.abs(x);
            case NEG -> -x;
            case SQRT -> Math.sqrt(x);
            case EXP -> Math.exp(x);
            case LOG -> Math.log(x);
            case AFFINE -> a * x + b;
            case SQUARE -> x * x;
            case GELU_TANH ->
                    0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case QUICK_GELU -> x / (1 + Math.exp(-a * x));
            default -> Double.NaN;
        };
    }

    /** True if {@link #apply} knows the function. */
    boolean isTabular() {
        return !Double.isNaN(apply(1));
    }
}
