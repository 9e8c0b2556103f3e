package ai.tenon.evaluation.internal.accuracy;

import ai.tenon.backend.Signature;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Metric;
import ai.tenon.evaluation.Sample;
import ai.tenon.evaluation.internal.room.Shelf;
import ai.tenon.graph.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Finds the metrics to judge by. */
public final class MetricChoice {
    private static final String LABEL = "label";
    private static final String WITH_LABELS = "top1";
    private static final String WITHOUT_LABELS = "cosine";

    private MetricChoice() {}

    /**
     * All metrics, first the one that decides: the wanted one; else top1 where there are integer
     * labels; else cosine. Whether the others fit the data, only the data can tell.
     *
     * @throws IllegalArgumentException if the wanted metric is not here; the message says what is
     */
    public static List<Metric> choose(
            Optional<String> wanted, DataSet data, Signature signature, Shelf<Metric> metrics) {
        String deciding =
                wanted.orElseGet(() -> labelsFit(data, signature) ? WITH_LABELS : WITHOUT_LABELS);
        List<Metric> chosen = new ArrayList<>(List.of(metrics.get(deciding).service()));
        for (String name : metrics.names()) {
            if (!name.equals(chosen.get(0).name())) {
                chosen.add(metrics.get(name).service());
            }
        }
        return chosen;
    }

    private static boolean labelsFit(DataSet data, Signature signature) {
        Iterator<Sample> samples = data.iterator();
        Tensor label = samples.hasNext() ? samples.next().expected().get(LABEL) : null;
        return label != null
                && label.type().isInteger()
                && signature.outputs().get(0).type().isFloat();
    }
}
