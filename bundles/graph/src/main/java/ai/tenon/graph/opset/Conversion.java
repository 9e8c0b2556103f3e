package ai.tenon.graph.opset;

/** Brings a node from the version before into one version of its operator. */
@FunctionalInterface
interface Conversion {
    /**
     * @throws IllegalArgumentException if the node cannot be converted: {@link Site#refusal}
     */
    void convert(Site site);
}
