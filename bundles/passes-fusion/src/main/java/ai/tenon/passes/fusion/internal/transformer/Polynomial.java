package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import java.util.Arrays;
import java.util.OptionalDouble;

/** What arithmetic with scalars makes of one value, whatever its spelling. */
final class Polynomial {
    private static final int MAX_DEGREE = 3;

    private final Value x;
    private final Group group;

    private Polynomial(Value x, Group group) {
        this.x = x;
        this.group = group;
    }

    /**
     * The coefficients of {@code value} as a polynomial in {@code x}, the constant one first.
     *
     * @param group gets the nodes that compute it
     * @return null if it is none, or one of a degree above 3
     */
    static double[] of(Value value, Value x, Group group) {
        return new Polynomial(x, group).read(value, 0);
    }

    private double[] read(Value value, int depth) {
        if (value == x) {
            return new double[] {0, 1, 0, 0};
        }
        OptionalDouble constant = Constants.scalar(value);
        if (constant.isPresent()) {
            return new double[] {constant.getAsDouble(), 0, 0, 0};
        }
        Node node = Match.producer(value, "Add", "Sub", "Mul", "Div", "Pow");
        if (node == null || depth > 6) {
            return null;
        }
        double[] a = read(node.input(0), depth + 1);
        double[] b = a == null ? null : read(node.input(1), depth + 1);
        if (b == null) {
            return null;
        }
        group.add(node);
        return switch (node.opType()) {
            case "Add" -> sum(a, b, 1);
            case "Sub" -> sum(a, b, -1);
            case "Mul" -> product(a, b);
            case "Div" -> isConstant(b) && b[0] != 0 ? sum(new double[4], a, 1 / b[0]) : null;
            default -> power(a, b);
        };
    }

    private static double[] sum(double[] a, double[] b, double factor) {
        double[] sum = new double[MAX_DEGREE + 1];
        Arrays.setAll(sum, i -> a[i] + factor * b[i]);
        return sum;
    }

    private static double[] product(double[] a, double[] b) {
        double[] product = new double[2 * MAX_DEGREE + 1];
        for (int i = 0; i <= MAX_DEGREE; i++) {
            for (int j = 0; j <= MAX_DEGREE; j++) {
                product[i + j] += a[i] * b[j];
            }
        }
        for (int i = MAX_DEGREE + 1; i < product.length; i++) {
            if (product[i] != 0) {
                return null;
            }
        }
        return Arrays.copyOf(product, MAX_DEGREE + 1);
    }

    private static double[] power(double[] a, double[] exponent) {
        double times = exponent[0];
        if (!isConstant(exponent) || times != Math.rint(times) || times < 1 || times > MAX_DEGREE) {
            return null;
        }
        double[] power = a;
        for (int i = 1; i < times && power != null; i++) {
            power = product(power, a);
        }
        return power;
    }

    private static boolean isConstant(double[] a) {
        return a[1] == 0 && a[2] == 0 && a[3] == 0;
    }
}
