package ai.tenon.reference.internal;

import ai.tenon.reference.internal.op.Kernel;

/**
 * One node, bound.
 *
 * @param label what error messages say
 * @param inputs slots; -1 where left out
 * @param outputs slots; -1 where left out
 * @param captured slots that its subgraphs read
 * @param release slots that nobody reads after this step
 */
record Step(
        String label, Kernel kernel, int[] inputs, int[] outputs, int[] captured, int[] release) {}
