package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.osgi.service.component.annotations.Component;

/**
 * Lets Conv, AveragePool and MaxPool do the padding of the Pad before them. A MaxPool pads with the
 * lowest value, which is the same as zero only where nothing is below zero.
 */
@Component
public final class PadFolding implements GraphPass {
    private static final int PADS_ARE_INPUT = 11;

    @Override
    public String name() {
        return "pad";
    }

    @Override
    public Stage stage() {
        return Stage.FOLDING;
    }

    @Override
    public double tolerance() {
        return 1e-5;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        int changes = 0;
        for (Node node : List.copyOf(model.graph().nodes())) {
            if (Match.is(node, "Conv", "AveragePool", "MaxPool")
                    && Match.soleProducer(node.input(0), "Pad") != null
                    && fold(model, node, node.input(0).producer())) {
                changes++;
            }
        }
        return Edit.result(changes, "Pads left to the operator behind");
    }

    private static boolean fold(Model model, Node node, Node pad) {
        long[] kernel = kernel(node);
        long[] own = kernel == null ? null : Padding.of(node, kernel);
        long[] more = own == null ? null : pads(model, pad, kernel.length);
        if (more == null
                || !pad.stringAttribute("mode", "constant").equals("constant")
                || !Match.usesFirstOutputOnly(node)
                || !agrees(node, pad, value(model, pad), own)) {
            return false;
        }
        long[] sum = new long[own.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = own[i] + more[i];
            if (node.opType().equals("MaxPool") && sum[i] >= kernel[i % kernel.length]) {
                return false;
            }
        }
        List<Attribute> attributes = new ArrayList<>(node.attributes());
        attributes.removeIf(each -> List.of("auto_pad", "pads").contains(each.name()));
        attributes.add(Attribute.ofInts("pads", sum));
        if (node.opType().equals("AveragePool")) {
            attributes.removeIf(each -> each.name().equals("count_include_pad"));
            attributes.add(Attribute.ofInt("count_include_pad", 1));
        }
        List<Value> inputs = new ArrayList<>(node.inputs());
        inputs.set(0, pad.input(0));
        Edit.replace(node, node.opType(), node.name(), inputs, attributes);
        return true;
    }

    private static long[] kernel(Node node) {
        if (!node.opType().equals("Conv")) {
            return node.intsAttribute("kernel_shape", null);
        }
        Tensor weights = Channels.floats(node.input(1));
        return weights == null ? null : Arrays.copyOfRange(weights.shape(), 2, weights.rank());
    }

    /** True if the node would pad as the Pad does. */
    private static boolean agrees(Node node, Node pad, double value, long[] own) {
        boolean ceil = node.intAttribute("ceil_mode", 0) != 0;
        return switch (node.opType()) {
            case "Conv" -> value == 0;
            case "AveragePool" ->
                    value == 0
                            && !ceil
                            && (Padding.isZero(own)
                                    || node.intAttribute("count_include_pad", 0) != 0);
            default ->
                    !ceil
                            && Padding.isOne(Padding.dilations(node, own.length / 2))
                            && (value <= -Float.MAX_VALUE
                                    || value == 0 && isNeverNegative(pad.input(0)));
        };
    }

    private static boolean isNeverNegative(Value value) {
        Node clip = Match.producer(value, "Clip");
        OptionalDouble lowest =
                clip == null ? OptionalDouble.empty() : Activation.bound(clip, "min", 1, -1);
        return Match.producer(value, "Relu", "Sigmoid", "HardSigmoid", "Softmax") != null
                || lowest.isPresent() && lowest.getAsDouble() >= 0;
    }

    /** NaN if it is not known. */
    private static double value(Model model, Node pad) {
        return model.opset("") < PADS_ARE_INPUT
                ? pad.floatAttribute("value", 0)
                : pad.input(2) == null ? 0 : Constants.scalar(pad.input(2)).orElse(Double.NaN);
    }

    /**
     * What is padded at the beginnings and the ends of the axes behind the channels; null if that
     * is not known, or something is cut off, or other axes are padded.
     */
    private static long[] pads(Model model, Node pad, int axes) {
        long[] given =
                model.opset("") < PADS_ARE_INPUT
                        ? pad.intsAttribute("pads", null)
                        : Constants.integers(pad.input(1));
        int rank = axes + 2;
        if (given == null || pad.input(3) == null && given.length != 2 * rank) {
            return null;
        }
        long[] where = axes(pad, given.length / 2);
        if (where == null) {
            return null;
        }
        long[] pads = new long[2 * axes];
        for (int i = 0; i < given.length; i++) {
            int axis = (int) where[i % where.length];
            int spatial = (axis < 0 ? axis + rank : axis) - 2;
            if (given[i] < 0 || given[i] > 0 && spatial < 0) {
                return null;
            }
            if (spatial >= 0) {
                pads[i < where.length ? spatial : axes + spatial] = given[i];
            }
        }
        return pads;
    }

    /** The axes that the pads are for; null if they are not known. */
    private static long[] axes(Node pad, int count) {
        if (pad.input(3) != null) {
            return Constants.integers(pad.input(3));
        }
        long[] all = new long[count];
        Arrays.setAll(all, i -> i);
        return all;
    }
}
