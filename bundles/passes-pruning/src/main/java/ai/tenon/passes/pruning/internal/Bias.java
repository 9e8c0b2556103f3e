package ai.tenon.passes.pruning.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;

/** The bias of a Conv, ConvTranspose or Gemm. */
final class Bias {
    private Bias() {}

    /** True if the bias is constant, with one number per output channel or one for all. */
    static boolean isPerChannel(Layer layer) {
        Tensor bias = Constants.tensor(layer.node().input(2));
        return bias != null
                && bias.type() == DataType.FLOAT
                && bias.rank() <= 2
                && (bias.size() == 1
                        || bias.size() == layer.channels()
                                && bias.dim(bias.rank() - 1) == bias.size());
    }

    /** What is added to each output channel; zeros where the layer has no bias. */
    static double[] of(Layer layer) {
        double[] bias = new double[layer.channels()];
        boolean none = layer.node().opType().equals("MatMul") || layer.node().input(2) == null;
        if (!none) {
            double[] given = Numbers.doubles(Constants.tensor(layer.node().input(2)));
            float beta = layer.node().floatAttribute("beta", 1);
            for (int c = 0; c < bias.length; c++) {
                bias[c] = beta * given[given.length == 1 ? 0 : c];
            }
        }
        return bias;
    }
}
