package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Merges two Convs with nothing between them, one of which has a window of one element, where one
 * Conv costs fewer multiply-adds than two.
 */
@Component
public final class ConvChain implements GraphPass {
    @Override
    public String name() {
        return "conv-chain";
    }

    @Override
    public Stage stage() {
        return Stage.FOLDING;
    }

    @Override
    public double tolerance() {
        return 1e-4;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        int changes = 0;
        for (Node node : List.copyOf(model.graph().nodes())) {
            Linear second = conv(node);
            Node before = second == null ? null : Match.soleProducer(node.input(0), "Conv");
            Linear first = before == null ? null : conv(before);
            if (first != null && merge(first, second)) {
                changes++;
            }
        }
        return Edit.result(changes, "pairs of Convs in a row made one");
    }

    private static Linear conv(Node node) {
        return Match.is(node, "Conv") && node.intAttribute("group", 1) == 1
                ? Linear.of(node).orElse(null)
                : null;
    }

    private static boolean merge(Linear first, Linear second) {
        Window one = Window.of(first.node(), first.shape());
        Window other = Window.of(second.node(), second.shape());
        if (one == null || other == null) {
            return false;
        }
        boolean pointFirst = one.isPoint() && Padding.isOne(one.strides());
        boolean pointSecond = other.isPoint() && Padding.isOne(other.strides());
        // behind the first Conv's bias, zeros beyond the border are not what they were before it
        boolean shifted = Arrays.stream(first.bias()).anyMatch(each -> each != 0);
        if (!pointSecond && (!pointFirst || shifted && !Padding.isZero(other.pads()))) {
            return false;
        }
        long in = first.inputChannels();
        long between = first.channels();
        long out = second.channels();
        long apart =
                in * between * one.size() * (pointSecond ? 1 : area(other.strides()))
                        + between * out * other.size();
        Window window = pointSecond ? one : other;
        if (in * out * window.size() >= apart) {
            return false;
        }
        replace(first, second, (pointSecond ? first : second).node(), window);
        return true;
    }

    private static long area(long[] strides) {
        return Arrays.stream(strides).reduce(1, (a, b) -> a * b);
    }

    private static void replace(Linear first, Linear second, Node like, Window window) {
        int in = first.inputChannels();
        int between = first.channels();
        int out = second.channels();
        int taps = window.size();
        int tapsFirst = like == first.node() ? taps : 1;
        int tapsSecond = like == first.node() ? 1 : taps;
        double[] weights = new double[out * in * taps];
        double[] bias = second.bias();
        for (int o = 0; o < out; o++) {
            for (int m = 0; m < between; m++) {
                for (int t = 0; t < taps; t++) {
                    double w = second.weights()[(o * between + m) * tapsSecond + t % tapsSecond];
                    for (int i = 0; i < in; i++) {
                        weights[(o * in + i) * taps + t] +=
                                w * first.weights()[(m * in + i) * tapsFirst + t % tapsFirst];
                    }
                    bias[o] += t < tapsSecond ? w * first.bias()[m] : 0;
                }
            }
        }
        long[] shape = second.shape();
        shape[1] = in;
        System.arraycopy(window.kernel(), 0, shape, 2, window.kernel().length);
        Tensor merged = Numbers.of(DataType.FLOAT, weights, shape);
        new Replacement(second.node(), first.node().input(0), second.node().name())
                .put(
                        "Conv",
                        merged,
                        first.isBiased() || second.isBiased() ? bias : null,
                        like.attributes());
    }
}
