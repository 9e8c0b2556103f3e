package ai.tenon.passes.pruning.internal;

import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Component;

/**
 * Removes channels that are the same number everywhere because their weights are zero. What the
 * layers behind made of that number goes into their bias; behind padding the number has to be zero.
 */
@Component
public final class ZeroChannels implements GraphPass {
    @Override
    public String name() {
        return "zero-channels";
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
        List<Space> spaces = Spaces.of(model);
        Map<Value, double[]> numbers = Constancy.of(model, spaces, (space, channel) -> false);
        List<String> notes = new ArrayList<>();
        for (Space space : spaces) {
            int[] keep =
                    IntStream.range(0, space.channels())
                            .filter(channel -> isNeeded(space, channel, numbers))
                            .toArray();
            int[] atLeastOne = keep.length == 0 ? new int[] {0} : keep;
            if (atLeastOne.length < space.channels()) {
                new ChannelRemoval(space, atLeastOne, numbers).run();
                notes.add(note(space, atLeastOne.length));
            }
        }
        return new PassResult(notes.size(), notes);
    }

    /** What was removed, as a sentence. */
    static String note(Space space, int kept) {
        List<String> layers = space.producers().stream().map(Layer::id).toList();
        return (space.channels() - kept)
                + " of "
                + space.channels()
                + " channels of "
                + String.join(", ", layers)
                + " removed";
    }

    private static boolean isNeeded(Space space, int channel, Map<Value, double[]> numbers) {
        return space.consumers().stream()
                .anyMatch(
                        layer -> !takes(layer.node(), numbers.get(layer.node().input(0))[channel]));
    }

    /** True if a layer can do without a channel that is this number everywhere. */
    private static boolean takes(Node layer, double number) {
        return switch (layer.opType()) {
            case "Conv" -> number == 0 || !Double.isNaN(number) && !Windows.isPadded(layer);
            case "Gemm" -> !Double.isNaN(number);
            default -> number == 0;
        };
    }
}
