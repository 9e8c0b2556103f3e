package ai.tenon.datasets.internal;

import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import java.util.Iterator;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Samples that are made when they are asked for.
 *
 * @param sample makes the sample of an index from 0 to {@code size} - 1
 */
public record LazyDataSet(String source, int size, IntFunction<Sample> sample) implements DataSet {
    @Override
    public Iterator<Sample> iterator() {
        return IntStream.range(0, size).mapToObj(sample).iterator();
    }
}
