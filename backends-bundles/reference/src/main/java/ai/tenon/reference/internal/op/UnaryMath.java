package ai.tenon.reference.internal.op;

import ai.tenon.reference.internal.data.Erf;
import java.util.function.DoubleUnaryOperator;

/** Functions of one number. */
final class UnaryMath implements Operators.Family {
    @Override
    public void register(Operators ops) {
        exact(ops, "Abs", Math::abs, Math::abs);
        exact(ops, "Neg", x -> -x, x -> -x);
        exact(ops, "Sign", Math::signum, Long::signum);
        function(ops, "Reciprocal", x -> 1 / x);
        function(ops, "Sqrt", Math::sqrt);
        function(ops, "Exp", Math::exp);
        function(ops, "Log", Math::log);
        function(ops, "Floor", Math::floor);
        function(ops, "Ceil", Math::ceil);
        function(ops, "Round", Math::rint);
        function(ops, "Erf", Erf::of);
        function(ops, "Sin", Math::sin);
        function(ops, "Cos", Math::cos);
        function(ops, "Tan", Math::tan);
        function(ops, "Asin", Math::asin);
        function(ops, "Acos", Math::acos);
        function(ops, "Atan", Math::atan);
        function(ops, "Sinh", Math::sinh);
        function(ops, "Cosh", Math::cosh);
        function(ops, "Tanh", Math::tanh);
        function(ops, "Asinh", UnaryMath::asinh);
        function(ops, "Acosh", x -> Math.log(x + Math.sqrt(x * x - 1)));
        function(ops, "Atanh", x -> (Math.log1p(x) - Math.log1p(-x)) / 2);
    }

    private static double asinh(double x) {
        double a = Math.abs(x);
        return Math.copySign(Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1))), x);
    }

    private static void function(Operators ops, String name, DoubleUnaryOperator f) {
        ops.op(name)
                .types(Types.FLOATS)
                .one(
                        call -> {
                            call.ignore("consumed_inputs");
                            return in -> Elementwise.map(in[0], f);
                        });
    }

    private static void exact(
            Operators ops,
            String name,
            DoubleUnaryOperator f,
            java.util.function.LongUnaryOperator g) {
        ops.op(name)
                .types(Types.NUMERIC)
                .one(
                        call -> {
                            call.ignore("consumed_inputs");
                            return in ->
                                    in[0].type().isFloat()
                                            ? Elementwise.map(in[0], f)
                                            : Elementwise.mapLongs(in[0], g);
                        });
    }
}
