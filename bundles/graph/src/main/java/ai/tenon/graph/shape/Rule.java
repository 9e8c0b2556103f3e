package ai.tenon.graph.shape;

/** How the outputs of an operator follow from its inputs. */
@FunctionalInterface
interface Rule {
    /**
     * Says of the outputs what can be known.
     *
     * @throws IllegalArgumentException if the inputs cannot be
     */
    void infer(Facts facts);
}
