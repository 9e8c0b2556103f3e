package ai.tenon.cpu.internal.lower;

import ai.tenon.graph.Node;

/** How a node becomes instructions. */
@FunctionalInterface
public interface Rule {
    /**
     * Emits what computes the node's outputs, and perhaps those of nodes behind it, and sets them.
     *
     * @throws Unsupported if that cannot be done
     */
    void lower(Node node, Lowering lowering);
}
