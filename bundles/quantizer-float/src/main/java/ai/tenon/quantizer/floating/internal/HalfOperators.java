package ai.tenon.quantizer.floating.internal;

import java.util.Set;

/** Operators that lose little when they compute in sixteen bits. */
final class HalfOperators {
    /**
     * Sums of products, and what only moves, compares or bends values. Not those that add up many
     * values ({@code Reduce*}, {@code CumSum}), divide, exponentiate or normalise them ({@code
     * Softmax}, {@code LayerNormalization}, {@code Pow}, {@code Exp}): their range or their error
     * is too large for sixteen bits.
     */
    private static final Set<String> SAFE =
            Set.of(
                    "Add",
                    "AveragePool",
                    "Clip",
                    "Concat",
                    "Conv",
                    "ConvTranspose",
                    "DepthToSpace",
                    "Elu",
                    "Expand",
                    "Flatten",
                    "Gather",
                    "Gelu",
                    "Gemm",
                    "GlobalAveragePool",
                    "GlobalMaxPool",
                    "HardSigmoid",
                    "HardSwish",
                    "Identity",
                    "LeakyRelu",
                    "MatMul",
                    "MaxPool",
                    "Mul",
                    "Neg",
                    "PRelu",
                    "Pad",
                    "Relu",
                    "Reshape",
                    "Sigmoid",
                    "Slice",
                    "SpaceToDepth",
                    "Split",
                    "Squeeze",
                    "Sub",
                    "Tanh",
                    "Tile",
                    "Transpose",
                    "Unsqueeze");

    private HalfOperators() {}

    static boolean isSafe(String opType) {
        return SAFE.contains(opType);
    }
}
