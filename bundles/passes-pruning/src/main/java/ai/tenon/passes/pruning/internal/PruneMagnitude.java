package ai.tenon.passes.pruning.internal;

import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Component;

/**
 * Sets the smallest weights of every layer to zero; embedding tables stay. The model becomes
 * neither smaller nor faster by that alone: it packs better, and helps backends that skip zeros.
 *
 * <p>Settings: {@code sparsity}, the part of each layer's weights to set to zero, 0 to below 1
 * (0.5); or {@code pattern=2:4}, two of every four weights that are multiplied one after the other,
 * where the layer sums over a multiple of four and is no ConvTranspose.
 */
@Component
public final class PruneMagnitude implements GraphPass {
    private static final int GROUP = 4;

    @Override
    public String name() {
        return "prune-magnitude";
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
        return Set.of("sparsity", "pattern");
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        double sparsity = Settings.part(settings, "sparsity", 0.5);
        boolean twoOfFour = Settings.twoOfFour(settings);
        Map<Value, Layer> layers = new LinkedHashMap<>();
        for (Layer layer : Layers.of(model)) {
            if (!layer.node().opType().equals("Gather")
                    && Constants.tensor(layer.weight()) != null) {
                layers.putIfAbsent(layer.weight(), layer);
            }
        }
        int changes = 0;
        long all = 0;
        long removed = 0;
        for (Layer layer : layers.values()) {
            float[] weights = layer.weights().toFloats();
            int cleared = twoOfFour ? clearTwoOfFour(layer, weights) : clear(weights, sparsity);
            all += weights.length;
            removed += cleared;
            if (cleared > 0) {
                Tensor tensor = Numbers.ofFloats(weights, layer.weights().shape());
                model.graph().setConstant(layer.weight(), tensor);
                changes++;
            }
        }
        String note = removed + " of " + all + " weights of " + layers.size() + " layers set to 0";
        return new PassResult(changes, List.of(note));
    }

    /** Clears this part of the weights, those that are zero already included. */
    private static int clear(float[] weights, double sparsity) {
        float[] sorted = new float[weights.length];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = Math.abs(weights[i]);
        }
        Arrays.sort(sorted);
        int count = (int) (sparsity * weights.length);
        float limit = count == 0 ? -1 : sorted[count - 1];
        int[] positions =
                IntStream.concat(
                                IntStream.range(0, weights.length)
                                        .filter(i -> Math.abs(weights[i]) < limit),
                                IntStream.range(0, weights.length)
                                        .filter(i -> Math.abs(weights[i]) == limit))
                        .limit(count)
                        .toArray();
        return clear(weights, positions);
    }

    private static int clear(float[] weights, int[] positions) {
        int cleared = 0;
        for (int position : positions) {
            cleared += weights[position] == 0 ? 0 : 1;
            weights[position] = 0;
        }
        return cleared;
    }

    private static int clearTwoOfFour(Layer layer, float[] weights) {
        if (layer.length() % GROUP != 0 || layer.node().opType().equals("ConvTranspose")) {
            return 0;
        }
        // along the sum, the weights of one output channel lie this far apart
        boolean last = layer.channelAxis() == layer.weights().rank() - 1;
        int step = last ? layer.channels() : 1;
        int cleared = 0;
        for (int first = 0; first < weights.length; first++) {
            if (first / step % GROUP == 0) {
                int start = first;
                int[] smallest =
                        IntStream.range(0, GROUP)
                                .map(i -> start + i * step)
                                .boxed()
                                .sorted(Comparator.comparingDouble(i -> Math.abs(weights[i])))
                                .limit(GROUP / 2)
                                .mapToInt(Integer::intValue)
                                .toArray();
                cleared += clear(weights, smallest);
            }
        }
        return cleared;
    }
}
