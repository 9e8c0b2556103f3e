package ai.tenon.evaluation.internal.accuracy;

import ai.tenon.backend.SeededInputs;
import ai.tenon.backend.Signature;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.Tensor;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Random inputs, always the same, for a model that came without data. */
public final class SeededData implements DataSet {
    private static final int SAMPLES = 8;

    private final Signature signature;
    private final Map<String, String> shapes;

    /**
     * @param shapes settings {@code shape.INPUT}
     * @throws IllegalArgumentException if one of them does not fit the model
     */
    public SeededData(Signature signature, Map<String, String> shapes) {
        this.signature = signature;
        this.shapes = shapes;
        sample(0);
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
            inputs.put(signature.inputs().get(i).name(), tensors[i]);
        }
        return new Sample(inputs, Map.of());
    }
}
