package ai.tenon.evaluation.internal.optimize;

import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** A part of data: every so many-th sample, so that no class of a sorted set is left out. */
record Part(DataSet data, int most) implements DataSet {
    @Override
    public String source() {
        return size() == data.size() ? data.source() : size() + " samples of " + data.source();
    }

    @Override
    public int size() {
        return Math.min(most, data.size());
    }

    @Override
    public Iterator<Sample> iterator() {
        Iterator<Sample> all = data.iterator();
        int size = size();
        int total = data.size();
        return new Iterator<>() {
            private int taken;
            private int passed;

            @Override
            public boolean hasNext() {
                return taken < size && all.hasNext();
            }

            @Override
            public Sample next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int wanted = (int) ((long) taken * total / size);
                while (passed < wanted) {
                    all.next();
                    passed++;
                }
                taken++;
                passed++;
                return all.next();
            }
        };
    }
}
