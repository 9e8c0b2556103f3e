package ai.tenon.evaluation.internal;

import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Samples in memory. */
public record TestData(List<Sample> samples) implements DataSet {
    /** Random samples for the perceptron; the label is the position of its largest output. */
    public static TestData of(int size) {
        Random random = new Random(7);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            float[] x = new float[8];
            for (int j = 0; j < x.length; j++) {
                x[j] = (float) random.nextGaussian();
            }
            samples.add(new Sample(Map.of("x", Tensor.ofFloats(x, 1, 8)), Map.of()));
        }
        return new TestData(samples);
    }

    @Override
    public String source() {
        return "/data";
    }

    @Override
    public int size() {
        return samples.size();
    }

    @Override
    public Iterator<Sample> iterator() {
        return samples.iterator();
    }
}
