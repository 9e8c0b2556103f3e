package ai.tenon.evaluation.internal.optimize;

import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.Tensor;
import ai.tenon.quantize.CalibrationData;
import java.util.Iterator;
import java.util.Map;

/** Data as inputs only, as quantizers want them. */
record Samples(DataSet data) implements CalibrationData {
    @Override
    public int size() {
        return data.size();
    }

    @Override
    public String source() {
        return data.source();
    }

    @Override
    public Iterator<Map<String, Tensor>> iterator() {
        Iterator<Sample> samples = data.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return samples.hasNext();
            }

            @Override
            public Map<String, Tensor> next() {
                return samples.next().inputs();
            }
        };
    }
}
