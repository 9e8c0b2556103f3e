package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Rule;
import ai.tenon.cpu.internal.lower.Rules;
import java.util.HashMap;
import java.util.Map;

/** All operators that there are rules for. */
public final class Operators {
    /** The rules. */
    public static final Rules RULES = new Rules(all());

    private Operators() {}

    private static Map<String, Rule> all() {
        Map<String, Rule> rules = new HashMap<>();
        ElementwiseRules.register(rules);
        MatrixRules.register(rules);
        AttentionRules.register(rules);
        NormalizationRules.register(rules);
        MoveRules.register(rules);
        QuantizationRules.register(rules);
        BlockRules.register(rules);
        ConvolutionRules.register(rules);
        WindowRules.register(rules);
        PictureRules.register(rules);
        IndexRules.register(rules);
        RecurrentRules.register(rules);
        return rules;
    }
}
