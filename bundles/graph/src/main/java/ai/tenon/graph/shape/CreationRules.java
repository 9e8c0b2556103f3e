package ai.tenon.graph.shape;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Operators that make tensors out of nothing. */
final class CreationRules implements Rules.Family {
    @Override
    public void register(Rules rules) {
        rules.add(CreationRules::constant, "Constant");
        rules.add(CreationRules::ofShape, "ConstantOfShape");
        rules.add(CreationRules::range, "Range");
        rules.add(
                facts -> facts.output(0, facts.type("dtype", facts.element(0)), facts.shape(0)),
                "EyeLike");
        rules.add(CreationRules::oneHot, "OneHot");
        rules.add(
                facts ->
                        facts.output(
                                0, facts.type("output_datatype", DataType.FLOAT), ofSize(facts)),
                "BlackmanWindow",
                "HammingWindow",
                "HannWindow");
    }

    private static void constant(Facts facts) {
        Tensor tensor = Constants.contents(facts::attribute);
        if (tensor != null) {
            facts.outputConstant(tensor);
        }
    }

    private static void ofShape(Facts facts) {
        Attribute attribute = facts.attribute("value");
        DataType type = attribute == null ? DataType.FLOAT : attribute.asTensor().type();
        List<Term> lengths = facts.contents(0);
        if (lengths == null) {
            facts.output(0, type, (Shape) null);
            return;
        }
        List<Dimension> dims = new ArrayList<>();
        lengths.forEach(term -> dims.add(term.dimension()));
        facts.output(0, type, new Shape(dims));
        boolean isShort = dims.size() == 1 && dims.get(0).isKnown() && dims.get(0).length() <= 64;
        if (isShort && type.isInteger()) {
            Term value = Term.of(Numbers.longs(attribute.asTensor())[0]);
            facts.outputContents(Collections.nCopies((int) dims.get(0).length(), value));
        }
    }

    private static void range(Facts facts) {
        Tensor start = scalar(facts, 0);
        Tensor limit = scalar(facts, 1);
        Tensor delta = scalar(facts, 2);
        if (start == null || limit == null || delta == null) {
            facts.output(0, facts.element(0), Dims.ofRank(1));
            return;
        }
        double from = Numbers.doubles(start)[0];
        double to = Numbers.doubles(limit)[0];
        double step = Numbers.doubles(delta)[0];
        long count = (long) Math.max(0, Math.ceil((to - from) / step));
        facts.output(0, facts.element(0), Dimension.of(count));
    }

    /** A constant of one element, or an integer that is known all the same. */
    private static Tensor scalar(Facts facts, int input) {
        Tensor constant = facts.constant(input);
        if (constant != null) {
            return constant.size() == 1 ? constant : null;
        }
        long[] known = facts.integers(input);
        return known == null || known.length != 1 ? null : Numbers.ofLongs(known, 1);
    }

    private static void oneHot(Facts facts) {
        Shape indices = facts.shape(0);
        if (indices == null) {
            facts.output(0, facts.element(2), (Shape) null);
            return;
        }
        int axis = Dims.axis(facts.integer("axis", -1), indices.rank() + 1);
        Tensor depth = scalar(facts, 1);
        Dimension length = depth == null ? Dimension.UNKNOWN : Dims.length(Numbers.longs(depth)[0]);
        facts.output(
                0,
                facts.element(2),
                Dims.join(
                        Dims.part(indices, 0, axis),
                        List.of(length),
                        Dims.part(indices, axis, indices.rank())));
    }

    private static Shape ofSize(Facts facts) {
        Tensor size = scalar(facts, 0);
        return new Shape(
                List.of(size == null ? Dimension.UNKNOWN : Dims.length(Numbers.longs(size)[0])));
    }
}
