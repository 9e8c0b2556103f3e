package ai.tenon.passes.pruning.internal;

import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Component;

/**
 * Removes the channels with the smallest weights. Channels that are added to others, as in a
 * residual network, are ranked and removed with them.
 *
 * <p>Settings: {@code ratio}, the part of every layer's channels to remove, 0 to below 1 (0.25);
 * {@code norm}, {@code l1} (default) or {@code l2}: by what the weights of a channel are ranked. A
 * channel counts as what its bias makes of it from then on.
 */
@Component
public final class PruneChannels implements GraphPass {
    @Override
    public String name() {
        return "prune-channels";
    }

    @Override
    public Stage stage() {
        return Stage.PRUNING;
    }

    /** Nothing is promised: the accuracy has to be measured. */
    @Override
    public double tolerance() {
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public Set<String> settings() {
        return Set.of("ratio", "norm");
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        double ratio = Settings.part(settings, "ratio", 0.25);
        int power = Settings.norm(settings);
        List<Space> spaces = Spaces.of(model);
        Map<Space, int[]> kept = new HashMap<>();
        Map<Space, boolean[]> pruned = new HashMap<>();
        for (Space space : spaces) {
            int[] keep = strongest(space, ratio, power);
            boolean[] gone = new boolean[space.channels()];
            IntStream.range(0, gone.length).forEach(channel -> gone[channel] = true);
            IntStream.of(keep).forEach(channel -> gone[channel] = false);
            kept.put(space, keep);
            pruned.put(space, gone);
        }
        Map<Value, double[]> numbers =
                Constancy.of(model, spaces, (space, channel) -> pruned.get(space)[channel]);
        List<String> notes = new ArrayList<>();
        for (Space space : spaces) {
            if (kept.get(space).length < space.channels()) {
                new ChannelRemoval(space, kept.get(space), numbers).run();
                notes.add(ZeroChannels.note(space, kept.get(space).length));
            }
        }
        return new PassResult(notes.size(), notes);
    }

    private static int[] strongest(Space space, double ratio, int power) {
        double[] strength = new double[space.channels()];
        space.producers().forEach(layer -> add(layer, power, strength));
        int count = Math.max(1, space.channels() - (int) (ratio * space.channels()));
        return IntStream.range(0, strength.length)
                .boxed()
                .sorted(Comparator.comparingDouble(channel -> -strength[channel]))
                .limit(count)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }

    private static void add(Layer layer, int power, double[] strength) {
        double[] weights = Numbers.doubles(layer.weights());
        int inner = 1;
        for (int i = layer.channelAxis() + 1; i < layer.weights().rank(); i++) {
            inner *= (int) layer.weights().dim(i);
        }
        double[] sums = new double[strength.length];
        for (int i = 0; i < weights.length; i++) {
            sums[i / inner % strength.length] += Math.pow(Math.abs(weights[i]), power);
        }
        for (int c = 0; c < sums.length; c++) {
            strength[c] += Math.pow(sums[c], 1.0 / power);
        }
    }
}
