package ai.tenon.graph.shape;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongBinaryOperator;

/** Operators that work element by element, or at least keep the shape. */
final class ElementwiseRules implements Rules.Family {
    @Override
    public void register(Rules rules) {
        rules.add(
                ElementwiseRules::same,
                "Abs Neg Sign Reciprocal Sqrt Exp Log Floor Ceil Round Erf Sin Cos Tan Asin Acos Atan"
                        .split(" "));
        rules.add(
                ElementwiseRules::same,
                ("Sinh Cosh Tanh Asinh Acosh Atanh Relu LeakyRelu ThresholdedRelu Elu Selu Celu Sigmoid"
                                + " HardSigmoid HardSwish Softplus Softsign Mish Swish Gelu Shrink Clip Not"
                                + " BitwiseNot Softmax LogSoftmax Hardmax CumSum CumProd Trilu ReverseSequence"
                                + " ScatterElements Scatter ScatterND TensorScatter InstanceNormalization"
                                + " GroupNormalization LpNormalization MeanVarianceNormalization LRN"
                                + " RMSNormalization RotaryEmbedding PRelu Affine ImageScaler")
                        .split(" "));
        rules.add(ElementwiseRules::identity, "Identity");
        rules.add(ElementwiseRules::normalized, "LayerNormalization");
        rules.add(ElementwiseRules::batch, "BatchNormalization");
        rules.add(
                facts -> {
                    same(facts);
                    facts.output(1, DataType.BOOL, facts.shape(0));
                },
                "Dropout");
        rules.add(arithmetic(Math::addExact), "Add");
        rules.add(arithmetic(Math::subtractExact), "Sub");
        rules.add(arithmetic(Math::multiplyExact), "Mul");
        rules.add(arithmetic((a, b) -> b == 0 ? -1 : a / b), "Div");
        rules.add(arithmetic(null), "Pow", "Mod", "BitShift", "SwiGLU");
        rules.add(arithmetic(null), "And", "Or", "Xor", "BitwiseAnd", "BitwiseOr", "BitwiseXor");
        rules.add(arithmetic(Math::max), "Max");
        rules.add(arithmetic(Math::min), "Min");
        rules.add(arithmetic(null), "Sum", "Mean", "StringConcat");
        rules.add(
                facts -> facts.output(0, DataType.BOOL, broadcast(facts, 0)),
                "Less",
                "Greater",
                "LessOrEqual",
                "GreaterOrEqual",
                "Equal");
        rules.add(
                facts -> facts.output(0, DataType.BOOL, facts.shape(0)),
                "IsNaN",
                "IsInf",
                "RegexFullMatch");
        rules.add(facts -> facts.output(0, facts.element(1), broadcast(facts, 0)), "Where");
        rules.add(ElementwiseRules::cast, "Cast", "BitCast");
        rules.add(facts -> facts.output(0, facts.element(1), facts.shape(0)), "CastLike");
    }

    static void same(Facts facts) {
        facts.output(0, facts.element(0), facts.shape(0));
    }

    private static void identity(Facts facts) {
        facts.output(0, facts.type(0));
        facts.outputContents(facts.contents(0));
    }

    private static void cast(Facts facts) {
        DataType type = facts.type("to", null);
        facts.output(0, type, facts.shape(0));
        if (type != null && type.isInteger()) {
            facts.outputContents(facts.contents(0));
        }
    }

    /** The shape that all inputs from {@code from} on broadcast to; null when unknown. */
    static Shape broadcast(Facts facts, int from) {
        Shape shape = facts.shape(from);
        for (int i = from + 1; i < facts.inputCount(); i++) {
            shape = Dims.broadcast(shape, facts.shape(i));
        }
        return shape;
    }

    /** Arithmetic that shapes are calculated with; null where they are not. */
    private static Rule arithmetic(LongBinaryOperator f) {
        return facts -> {
            if (facts.integer("broadcast", 0) != 0) {
                same(facts);
                return;
            }
            facts.output(0, facts.element(0), broadcast(facts, 0));
            if (f != null && facts.inputCount() == 2) {
                facts.outputContents(combine(facts.contents(0), facts.contents(1), f, facts));
            }
        };
    }

    private static List<Term> combine(
            List<Term> a, List<Term> b, LongBinaryOperator f, Facts facts) {
        if (a == null || b == null) {
            return null;
        }
        int size = Math.max(a.size(), b.size());
        if (Math.min(a.size(), b.size()) != size && Math.min(a.size(), b.size()) != 1) {
            return null;
        }
        boolean scales = facts.opType().equals("Mul") || facts.opType().equals("Div");
        List<Term> terms = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Term x = a.get(a.size() == 1 ? 0 : i);
            Term y = b.get(b.size() == 1 ? 0 : i);
            if (x.value() != null && y.value() != null) {
                terms.add(Term.of(f.applyAsLong(x.value(), y.value())));
            } else {
                boolean keeps =
                        scales
                                ? y.is(1)
                                : f != null && facts.opType().matches("Add|Sub") && y.is(0);
                terms.add(keeps ? x : Term.UNKNOWN);
            }
        }
        return terms;
    }

    static void normalized(Facts facts) {
        same(facts);
        Shape shape = facts.shape(0);
        Shape moments = shape;
        if (shape != null) {
            for (int i = Dims.axis(facts.integer("axis", -1), shape.rank());
                    i < shape.rank();
                    i++) {
                moments = Dims.with(moments, i, ai.tenon.graph.Dimension.of(1));
            }
        }
        DataType stash = facts.type("stash_type", DataType.FLOAT);
        facts.output(1, stash, moments);
        facts.output(2, stash, moments);
    }

    private static void batch(Facts facts) {
        same(facts);
        facts.output(1, facts.element(3), facts.shape(3));
        facts.output(2, facts.element(4), facts.shape(4));
    }
}
