package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/**
 * Merges Convs that read the same and are added up into one, as the branches of RepVGG: the smaller
 * window becomes part of the larger. A branch that only scales its input, and the input itself
 * where other branches have been merged, count as a Conv with a window of one element.
 */
@Component
public final class ParallelConvs implements GraphPass {
    @Override
    public String name() {
        return "parallel-convs";
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
    public Set<String> after() {
        return Set.of("conv-batchnorm", "layer-scale");
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        Set<String> merged = new HashSet<>();
        int changes = 0;
        for (Node node : List.copyOf(model.graph().nodes())) {
            Node sum = node;
            while (sum != null && Match.is(sum, "Add", "Sum")) {
                Node rest = merge(model, sum, merged);
                changes += rest == sum ? 0 : 1;
                sum = rest == sum ? null : rest;
            }
        }
        return Edit.result(changes, "branches added up by one Conv");
    }

    /**
     * Merges two addends.
     *
     * @return the sum of what is left, null if that is one Conv; the same node if nothing was
     *     merged
     */
    private static Node merge(Model model, Node sum, Set<String> merged) {
        for (Value one : sum.inputs()) {
            Linear host = conv(one);
            for (Value other : host == null ? List.<Value>of() : sum.inputs()) {
                if (other != one && absorb(model, host, other, merged.contains(one.name()))) {
                    return replace(sum, host, one, other, merged);
                }
            }
        }
        return sum;
    }

    private static Node replace(Node sum, Linear host, Value one, Value other, Set<String> merged) {
        Node end = sum;
        Node rest = null;
        if (sum.inputs().size() > 2) {
            end = Rewrite.insert(sum, "Add", one.name(), one.type(), one, other);
            List<Value> left = new ArrayList<>(sum.inputs());
            left.remove(other);
            left.set(left.indexOf(one), end.output(0));
            rest = Edit.replace(sum, "Sum", sum.name(), left, List.of());
        }
        merged.add(end.output(0).name());
        host.replace(end, host.node().input(0));
        return rest;
    }

    private static Linear conv(Value value) {
        return Match.soleProducer(value, "Conv") == null
                ? null
                : Linear.producing(value).orElse(null);
    }

    /**
     * Makes an addend part of the host, which is not in the graph yet; false if it does not fit.
     */
    private static boolean absorb(Model model, Linear host, Value addend, boolean wasMerged) {
        Value source = host.node().input(0);
        Linear guest = conv(addend);
        if (guest != null && guest.node().input(0) == source) {
            return absorb(host, guest);
        }
        int channels = host.channels();
        if (channels != host.inputChannels()) {
            return false;
        }
        if (addend == source) {
            return wasMerged && absorb(host, Channels.filled(channels, 1), new double[channels]);
        }
        if (addend.producer() == null || !Match.isReadOnce(addend)) {
            return false;
        }
        return Affine.of(model, addend.producer(), host.shape().length, 1, channels)
                .filter(affine -> affine.input() == source)
                .filter(affine -> absorb(host, affine.scale(), affine.shift()))
                .isPresent();
    }

    private static boolean absorb(Linear host, Linear guest) {
        Window window = Window.of(host.node(), host.shape());
        Window other = Window.of(guest.node(), guest.shape());
        boolean alike =
                window != null
                        && other != null
                        && host.group() == guest.group()
                        && host.shape()[0] == guest.shape()[0]
                        && host.shape()[1] == guest.shape()[1];
        int[] positions = alike ? window.positionsOf(other) : null;
        if (positions == null) {
            return false;
        }
        for (int i = 0; i < guest.weights().length; i++) {
            int row = i / positions.length;
            host.weights()[row * window.size() + positions[i % positions.length]] +=
                    guest.weights()[i];
        }
        host.scaleOutputs(Channels.filled(host.channels(), 1), guest.bias());
        return true;
    }

    /** Adds each input channel, scaled and shifted, to the output channel of the same number. */
    private static boolean absorb(Linear host, double[] scale, double[] shift) {
        Window window = Window.of(host.node(), host.shape());
        int[] positions =
                window == null ? null : window.positionsOf(Window.point(window.kernel().length));
        if (positions == null) {
            return false;
        }
        int columns = (int) host.shape()[1];
        for (int c = 0; c < scale.length; c++) {
            int row = c * columns + c % columns;
            host.weights()[row * window.size() + positions[0]] += scale[c];
        }
        host.scaleOutputs(Channels.filled(scale.length, 1), shift);
        return true;
    }
}
