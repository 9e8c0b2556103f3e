package ai.tenon.cpu.internal.lower;

import ai.tenon.graph.Node;
import java.util.HashMap;
import java.util.Map;

/** Which rule lowers which operator. */
public final class Rules {
    private static final Map<String, Rule> RULES = new HashMap<>();

    static {
        ElementwiseRules.register(RULES);
        MatrixRules.register(RULES);
        AttentionRules.register(RULES);
        NormalizationRules.register(RULES);
        MoveRules.register(RULES);
        QuantizationRules.register(RULES);
        BlockRules.register(RULES);
        ConvolutionRules.register(RULES);
        WindowRules.register(RULES);
        PictureRules.register(RULES);
        IndexRules.register(RULES);
        RecurrentRules.register(RULES);
    }

    private Rules() {}

    /**
     * True if there is a rule for operators of that name, as in {@code com.microsoft.QuickGelu}.
     */
    public static boolean knows(String qualifiedType) {
        return RULES.containsKey(qualifiedType);
    }

    static Rule find(Node node) {
        Rule rule = RULES.get(node.qualifiedType());
        if (rule == null) {
            throw new Unsupported("the cpu backend has no operator " + node.qualifiedType());
        }
        return rule;
    }
}
