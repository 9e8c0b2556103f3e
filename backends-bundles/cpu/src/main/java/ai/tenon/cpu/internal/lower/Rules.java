package ai.tenon.cpu.internal.lower;

import ai.tenon.graph.Node;
import java.util.Map;

/** Which rule lowers which operator. */
public final class Rules {
    private final Map<String, Rule> rules;

    /**
     * @param rules by the names of operators, as in {@code com.microsoft.QuickGelu}
     */
    public Rules(Map<String, Rule> rules) {
        this.rules = Map.copyOf(rules);
    }

    /** True if there is a rule for operators of that name. */
    public boolean knows(String qualifiedType) {
        return rules.containsKey(qualifiedType);
    }

    Rule find(Node node) {
        Rule rule = rules.get(node.qualifiedType());
        if (rule == null) {
            throw new Unsupported("the cpu backend has no operator " + node.qualifiedType());
        }
        return rule;
    }
}
