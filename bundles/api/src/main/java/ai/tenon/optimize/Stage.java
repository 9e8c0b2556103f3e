package ai.tenon.optimize;

/**
 * When a pass runs; the order is that of the constants. Quantizers run between PRUNING and FUSION.
 */
public enum Stage {
    /** Removes what is not needed: constants, dead code, identities. */
    CLEANUP,
    /** Merges operators into the weights of their neighbours; leaves standard operators. */
    FOLDING,
    /** Changes what the model computes. Runs only where it is asked for, and is measured. */
    PRUNING,
    /** Replaces groups of operators by fused ones, which quantizers would no longer recognise. */
    FUSION,
    /** Changes the order of dimensions in memory. */
    LAYOUT
}
