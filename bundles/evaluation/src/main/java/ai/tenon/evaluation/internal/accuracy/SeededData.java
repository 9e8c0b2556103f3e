package ai.tenon.evaluation.internal.accuracy;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.SeededInputs;
import ai.tenon.backend.Signature;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Random inputs, always the same, for a model that came without data. What picks rows of a table
 * (tokens of a vocabulary) picks from all of it.
 */
public final class SeededData implements DataSet {
    private static final int SAMPLES = 8;

    private final Signature signature;
    private final Map<String, String> shapes;
    private final Map<String, Long> rows = new TreeMap<>();

    /**
     * @param shapes settings {@code shape.INPUT}
     * @throws IllegalArgumentException if one of them does not fit the model
     * @throws BackendException if an input of the model is no tensor
     */
    public SeededData(Model model, Map<String, String> shapes) throws BackendException {
        this.signature = Signature.of(model);
        this.shapes = shapes;
        model.graph().requiredInputs().forEach(this::findTable);
        sample(0);
    }

    private void findTable(Value input) {
        for (Node user : input.uses()) {
            boolean picks =
                    user.opType().equals("Gather")
                            && user.input(1) == input
                            && user.intAttribute("axis", 0) == 0;
            if (picks && user.input(0).constant() instanceof Tensor table) {
                rows.merge(input.name(), table.dim(0), Math::min);
            }
        }
    }

    @Override
    public String source() {
        return "seeded random inputs";
    }

    @Override
    public int size() {
        return SAMPLES;
    }

    @Override
    public Iterator<Sample> iterator() {
        return IntStream.range(0, SAMPLES).mapToObj(this::sample).iterator();
    }

    private Sample sample(int seed) {
        Tensor[] tensors = SeededInputs.of(signature, shapes, seed);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (int i = 0; i < tensors.length; i++) {
            String name = signature.inputs().get(i).name();
            Long table = rows.get(name);
            inputs.put(name, table == null ? tensors[i] : picks(tensors[i], table, seed));
        }
        return new Sample(inputs, Map.of());
    }

    private static Tensor picks(Tensor tensor, long rows, int seed) {
        Random random = new Random(seed);
        long[] picked = new long[tensor.size()];
        Arrays.setAll(picked, i -> random.nextInt((int) rows));
        return Numbers.of(tensor.type(), picked, tensor.shape());
    }
}
