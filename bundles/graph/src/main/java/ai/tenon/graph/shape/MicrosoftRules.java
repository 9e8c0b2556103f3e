package ai.tenon.graph.shape;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Operators of domain {@code com.microsoft}. */
final class MicrosoftRules implements Rules.Family {
    private static final String DOMAIN = "com.microsoft.";

    @Override
    public void register(Rules rules) {
        add(
                rules,
                ElementwiseRules::same,
                "BiasGelu",
                "FastGelu",
                "Gelu",
                "QuickGelu",
                "RotaryEmbedding",
                "QLinearSigmoid",
                "QLinearLeakyRelu",
                "QLinearSoftmax");
        add(
                rules,
                facts -> {
                    ElementwiseRules.normalized(facts);
                    facts.output(3, facts.element(0), facts.shape(0));
                },
                "SkipLayerNormalization",
                "SkipSimplifiedLayerNormalization");
        // ONNX Runtime keeps this one in the standard domain.
        rules.add(ElementwiseRules::normalized, "SimplifiedLayerNormalization");
        add(
                rules,
                facts ->
                        facts.output(
                                0,
                                facts.element(0),
                                Dims.broadcast(facts.shape(0), facts.shape(3))),
                "QLinearAdd",
                "QLinearMul");
        add(rules, MicrosoftRules::globalAverage, "QLinearGlobalAveragePool");
        add(rules, MicrosoftRules::concatenated, "QLinearConcat");
        products(rules);
        add(rules, MicrosoftRules::attention, "Attention", "QAttention");
        add(rules, MicrosoftRules::multiHead, "MultiHeadAttention");
        add(rules, MicrosoftRules::groupQuery, "GroupQueryAttention");
    }

    private static void products(Rules rules) {
        add(rules, MicrosoftRules::packed, "MatMulNBits");
        add(rules, MicrosoftRules::rows, "GatherBlockQuantized");
        add(rules, MicrosoftRules::transposed, "FusedMatMul");
        add(
                rules,
                facts -> MatrixRules.product(facts, 0, 1, DataType.FLOAT),
                "DynamicQuantizeMatMul");
        add(
                rules,
                facts -> MatrixRules.product(facts, 0, 1, facts.element(2)),
                "MatMulIntegerToFloat");
        add(rules, facts -> MatrixRules.gemm(facts, 1, facts.element(0)), "FusedGemm");
        add(
                rules,
                facts ->
                        MatrixRules.gemm(
                                facts, 3, facts.given(8) ? facts.element(8) : DataType.FLOAT),
                "QGemm");
        add(rules, facts -> WindowRules.convolution(facts, 1, facts.element(0)), "FusedConv");
    }

    private static void add(Rules rules, Rule rule, String... names) {
        rules.add(rule, Stream.of(names).map(DOMAIN::concat).toArray(String[]::new));
    }

    private static void packed(Facts facts) {
        Shape x = facts.shape(0);
        Dimension columns = Dimension.of(facts.integer("N", 0));
        facts.output(0, facts.element(0), x == null ? null : Dims.with(x, x.rank() - 1, columns));
    }

    /** Rows of a table of unpacked elements, in the type of its scales. */
    private static void rows(Facts facts) {
        Shape table = facts.shape(0);
        Shape indices = facts.shape(1);
        boolean known =
                table != null
                        && table.rank() == 2
                        && indices != null
                        && facts.element(0) != DataType.UINT8
                        && facts.integer("gather_axis", 0) == 0;
        facts.output(
                0,
                facts.element(2),
                known ? Dims.join(indices.dimensions(), Dims.part(table, 1, 2)) : null);
    }

    private static void transposed(Facts facts) {
        boolean batches =
                facts.integer("transBatchA", 0) != 0 || facts.integer("transBatchB", 0) != 0;
        Shape a = facts.shape(0);
        if (batches) {
            facts.output(0, facts.element(0), a == null ? null : Dims.ofRank(a.rank()));
            return;
        }
        MatrixRules.product(
                facts,
                turned(a, facts.integer("transA", 0) != 0),
                turned(facts.shape(1), facts.integer("transB", 0) != 0),
                facts.element(0));
    }

    private static Shape turned(Shape shape, boolean turn) {
        if (!turn || shape == null || shape.rank() < 2) {
            return shape;
        }
        int last = shape.rank() - 1;
        Shape turned = Dims.with(shape, last, shape.get(last - 1));
        return Dims.with(turned, last - 1, shape.get(last));
    }

    private static void globalAverage(Facts facts) {
        Shape x = facts.shape(0);
        if (x == null) {
            facts.output(0, facts.element(0), (Shape) null);
            return;
        }
        boolean last = facts.integer("channels_last", 0) != 0;
        int channels = last ? x.rank() - 1 : 1;
        Shape shape = x;
        for (int axis = 1; axis < x.rank(); axis++) {
            shape = axis == channels ? shape : Dims.with(shape, axis, Dimension.of(1));
        }
        facts.output(0, facts.element(0), shape);
    }

    /** Inputs are scale and zero point of the output, then tensor, scale and zero point of each. */
    private static void concatenated(Facts facts) {
        Shape first = facts.shape(2);
        if (first == null) {
            facts.output(0, facts.element(1), (Shape) null);
            return;
        }
        int axis = Dims.axis(facts.integer("axis", 0), first.rank());
        Dimension length = Dimension.of(0);
        for (int i = 2; i < facts.inputCount(); i += 3) {
            Shape part = facts.shape(i);
            boolean known = part != null && part.get(axis).isKnown() && length.isKnown();
            length =
                    known
                            ? Dimension.of(length.length() + part.get(axis).length())
                            : Dimension.UNKNOWN;
        }
        facts.output(0, facts.element(1), Dims.with(first, axis, length));
    }

    private static void attention(Facts facts) {
        Shape x = facts.shape(0);
        Shape weights = facts.shape(1);
        long[] sizes = facts.integers("qkv_hidden_sizes", null);
        Dimension hidden = Dimension.UNKNOWN;
        if (sizes != null && sizes.length == 3) {
            hidden = Dimension.of(sizes[2]);
        } else if (weights != null && weights.get(-1).isKnown()) {
            hidden = Dimension.of(weights.get(-1).length() / 3);
        }
        boolean quantized = facts.opType().equals("QAttention");
        DataType type = facts.element(quantized ? 3 : 0);
        facts.output(0, type, x == null ? null : Dims.with(x, x.rank() - 1, hidden));
        facts.output(1, type, Dims.ofRank(5));
    }

    private static void multiHead(Facts facts) {
        Shape query = facts.shape(0);
        Shape value = facts.shape(2);
        Dimension heads = Dimension.of(facts.integer("num_heads", 0));
        if (query == null || query.rank() != 3) {
            facts.output(0, facts.element(0), Dims.ofRank(3));
        } else if (value == null) {
            facts.output(0, facts.element(0), Dims.with(query, 2, Dimension.UNKNOWN));
        } else {
            Dimension hidden = value.rank() == 3 ? value.get(2) : Dims.times(heads, value.get(-1));
            facts.output(0, facts.element(0), Dims.with(query, 2, hidden));
        }
        Dimension batch = query == null ? Dimension.UNKNOWN : query.get(0);
        present(facts, batch, heads, size(facts.shape(1), heads), size(value, heads));
        facts.output(3, facts.element(0), batch, heads, Dimension.UNKNOWN, Dimension.UNKNOWN);
    }

    private static void groupQuery(Facts facts) {
        Shape query = facts.shape(0);
        Dimension heads = Dimension.of(facts.integer("kv_num_heads", 0));
        long all = facts.integer("num_heads", 0);
        Dimension batch = query == null ? Dimension.UNKNOWN : query.get(0);
        if (facts.given(1)) {
            facts.output(0, facts.element(0), query);
            Dimension size = size(facts.shape(1), heads);
            present(facts, batch, heads, size, size);
            return;
        }
        Dimension size = Dimension.UNKNOWN;
        if (query != null && query.get(-1).isKnown() && all > 0) {
            size = Dimension.of(query.get(-1).length() / (all + 2 * heads.length()));
        }
        Dimension hidden = Dims.times(Dimension.of(all), size);
        facts.output(
                0,
                facts.element(0),
                query == null ? null : Dims.with(query, query.rank() - 1, hidden));
        present(facts, batch, heads, size, size);
    }

    /** Elements per head of a key or value [batch, length, heads · size] or [batch, …, size]. */
    private static Dimension size(Shape x, Dimension heads) {
        if (x == null || !x.get(-1).isKnown() || heads.length() == 0) {
            return Dimension.UNKNOWN;
        }
        return x.rank() == 3 ? Dimension.of(x.get(2).length() / heads.length()) : x.get(-1);
    }

    private static void present(
            Facts facts, Dimension batch, Dimension heads, Dimension key, Dimension value) {
        for (int i = 1; i <= 2; i++) {
            List<Dimension> dims = new ArrayList<>(List.of(batch, heads, Dimension.UNKNOWN));
            dims.add(i == 1 ? key : value);
            facts.output(i, facts.element(0), new Shape(dims));
        }
    }
}
