package ai.tenon.graph.opset;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import java.util.Arrays;

/** Before version 7, the second operand was broadcast from an axis on, where asked for. */
final class OldBroadcasting {
    private OldBroadcasting() {}

    static void register(Conversions all) {
        all.add(
                6,
                "Abs Add BatchNormalization Ceil Clip Div Dropout Elu Exp Floor HardSigmoid"
                        + " InstanceNormalization LeakyRelu Log Max Mean Min Mul Neg PRelu"
                        + " Reciprocal Relu Selu Sigmoid Sqrt Sub Sum Tanh",
                site -> site.take("consumed_inputs"));
        all.add(5, "Reshape", site -> site.take("consumed_inputs"));
        all.add(7, "Gemm", site -> site.take("broadcast"));
        all.add(
                7,
                "Add And Div Equal Greater Less Mul Or Pow Sub Xor",
                OldBroadcasting::trailingOnes);
        all.add(7, "PRelu", OldBroadcasting::slopePerChannel);
    }

    private static void trailingOnes(Site site) {
        boolean broadcast = site.takeInt("broadcast", 0) != 0;
        Attribute axis = site.take("axis");
        if (!broadcast || axis == null) {
            return;
        }
        Shape a = site.shape(0);
        Shape b = site.shape(1);
        if (a == null || b == null) {
            throw site.refusal("it broadcasts along an axis, and ranks are not known");
        }
        long from = axis.asInt() < 0 ? axis.asInt() + a.rank() : axis.asInt();
        appendOnes(site, b.rank(), (int) (a.rank() - from - b.rank()));
    }

    private static void slopePerChannel(Site site) {
        Shape x = site.shape(0);
        Shape slope = site.shape(1);
        if (slope != null && slope.rank() == 1 && slope.get(0).length() == 1) {
            return;
        }
        if (x == null || slope == null || slope.rank() != 1) {
            throw site.refusal("it has a slope per channel, and ranks are not known");
        }
        appendOnes(site, 1, x.rank() - 2);
    }

    /** Gives the second input more dimensions, of length 1, at the end. */
    private static void appendOnes(Site site, int rank, int ones) {
        if (ones <= 0) {
            return;
        }
        // 0 keeps a dimension as it is
        long[] dims = new long[rank + ones];
        Arrays.fill(dims, rank, dims.length, 1);
        Value shape = site.constant("shape", Numbers.ofLongs(dims, dims.length));
        Value wider = site.insert("Reshape", site.node().input(1), shape).output(0);
        site.node().setInput(1, wider);
    }
}
