package ai.tenon.graph.shape;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules of all operators, by domain and name; each family adds its own. */
final class Rules {
    /** The rules of one kind of operator. */
    @FunctionalInterface
    interface Family {
        void register(Rules rules);
    }

    private static final Rules ALL =
            new Rules(
                    List.of(
                            new ControlRules(),
                            new CreationRules(),
                            new ElementwiseRules(),
                            new MatrixRules(),
                            new MicrosoftRules(),
                            new MiscellaneousRules(),
                            new QuantizationRules(),
                            new RecurrentRules(),
                            new ReductionRules(),
                            new ReshapingRules(),
                            new SelectionRules(),
                            new SequenceRules(),
                            new WindowRules()));

    private final Map<String, Rule> byName = new HashMap<>();

    private Rules(List<Family> families) {
        families.forEach(family -> family.register(this));
    }

    /** The rule of an operator; null if there is none. */
    static Rule find(String domain, String opType) {
        return ALL.byName.get(domain.isEmpty() ? opType : domain + "." + opType);
    }

    /** Adds one rule for operators of these names, each after its domain unless it is standard. */
    void add(Rule rule, String... names) {
        for (String name : names) {
            byName.put(name, rule);
        }
    }
}
