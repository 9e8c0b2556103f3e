package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.Node;
import java.util.Set;

/** Which nodes compute the same from the same inputs, and nothing but that. */
final class Purity {
    private static final Set<String> RANDOM =
            Set.of(
                    "Bernoulli",
                    "Multinomial",
                    "RandomNormal",
                    "RandomNormalLike",
                    "RandomUniform",
                    "RandomUniformLike");
    private static final Set<String> DOMAINS = Set.of("", "com.microsoft");

    private Purity() {}

    /**
     * True for operators of which this is known. Nodes with subgraphs, which may hold anything, and
     * Dropout, which may be in training, are not among them.
     */
    static boolean isPure(Node node) {
        return DOMAINS.contains(node.domain())
                && !RANDOM.contains(node.opType())
                && !node.opType().equals("Dropout")
                && node.attributes().stream().allMatch(each -> each.graphs().isEmpty());
    }
}
