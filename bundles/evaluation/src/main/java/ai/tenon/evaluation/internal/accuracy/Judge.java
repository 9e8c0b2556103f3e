package ai.tenon.evaluation.internal.accuracy;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.Executable;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Metric;
import ai.tenon.evaluation.Sample;
import ai.tenon.evaluation.internal.device.Device;
import ai.tenon.graph.Tensor;
import ai.tenon.optimizer.OptimizeResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says how good a model is, measured on data and against the model that came. */
public final class Judge {
    private final DataSet data;
    private final Device device;
    private final Executable original;
    private final Answers answers = new Answers();
    private final List<Metric> metrics;
    private final Scores before;

    /**
     * Measures the original.
     *
     * @param metrics those that may be used: first the one that decides, which must fit the data;
     *     of the others those that do not fit are left out
     * @throws IllegalArgumentException if there are no data, a sample does not fit the model, or
     *     the metric that decides does not fit the data
     */
    public Judge(DataSet data, Device device, Executable original, List<Metric> metrics)
            throws BackendException {
        this.data = data;
        this.device = device;
        this.original = original;
        if (data.size() == 0) {
            throw new IllegalArgumentException("there are no samples in " + data.source());
        }
        this.metrics = new ArrayList<>(metrics);
        device.run(
                List.of(original),
                List.of(data.iterator().next()).iterator(),
                data.source(),
                (number, sample, outputs) -> leaveOutUnfit(sample, outputs.get(0)));
        Map<String, Metric.Accumulator> accumulators = start();
        device.run(
                List.of(original),
                data.iterator(),
                data.source(),
                (number, sample, outputs) -> {
                    answers.keep(number, outputs.get(0));
                    add(accumulators, sample, outputs.get(0), outputs.get(0));
                });
        before = scores(accumulators);
    }

    private void leaveOutUnfit(Sample sample, Map<String, Tensor> outputs) {
        Metric deciding = metrics.get(0);
        for (Metric metric : List.copyOf(metrics)) {
            Metric.Accumulator accumulator = metric.start();
            try {
                accumulator.add(outputs, expected(sample, outputs));
                if (metric != deciding && Double.isNaN(accumulator.value())) {
                    metrics.remove(metric);
                }
            } catch (RuntimeException e) {
                // metrics come from anywhere, and one may stumble over what it was not made for
                if (metric == deciding) {
                    throw new IllegalArgumentException(
                            "metric "
                                    + metric.name()
                                    + " and the data do not fit: "
                                    + e.getMessage(),
                            e);
                }
                metrics.remove(metric);
            }
        }
    }

    /** The metric that decides. */
    public Metric deciding() {
        return metrics.get(0);
    }

    /** Where the samples come from. */
    public String source() {
        return data.source();
    }

    /** How good the original is. */
    public Scores before() {
        return before;
    }

    /** How much worse the deciding metric is, in percent; NaN if it cannot be told. */
    public double drop(Scores after) {
        return deciding().drop(before.of(deciding().name()), after.of(deciding().name()));
    }

    /** How good another model is, compiled on the same device. */
    public Scores judge(Executable variant) throws BackendException {
        Map<String, Metric.Accumulator> accumulators = start();
        boolean known = answers.hasAll(data.size());
        device.run(
                known ? List.of(variant) : List.of(variant, original),
                data.iterator(),
                data.source(),
                (number, sample, outputs) ->
                        add(
                                accumulators,
                                sample,
                                outputs.get(0),
                                known ? answers.get(number) : outputs.get(1)));
        return scores(accumulators);
    }

    /** All metrics before and after; without a drop where the model that came is without fault. */
    public List<OptimizeResult.Score> compare(Scores after) {
        List<OptimizeResult.Score> scores = new ArrayList<>();
        for (Metric metric : metrics) {
            double was = before.of(metric.name());
            double is = after.of(metric.name());
            scores.add(
                    new OptimizeResult.Score(
                            metric.name(),
                            metric.higherIsBetter(),
                            was,
                            is,
                            Double.isInfinite(was) ? Double.NaN : metric.drop(was, is),
                            data.source(),
                            data.size()));
        }
        return scores;
    }

    private Map<String, Metric.Accumulator> start() {
        Map<String, Metric.Accumulator> accumulators = new LinkedHashMap<>();
        metrics.forEach(metric -> accumulators.put(metric.name(), metric.start()));
        return accumulators;
    }

    private static void add(
            Map<String, Metric.Accumulator> accumulators,
            Sample sample,
            Map<String, Tensor> outputs,
            Map<String, Tensor> reference) {
        Map<String, Tensor> expected = expected(sample, reference);
        accumulators.values().forEach(accumulator -> accumulator.add(outputs, expected));
    }

    private static Map<String, Tensor> expected(Sample sample, Map<String, Tensor> reference) {
        Map<String, Tensor> expected = new LinkedHashMap<>(sample.expected());
        reference.forEach((name, tensor) -> expected.put(Metric.REFERENCE + name, tensor));
        return expected;
    }

    private static Scores scores(Map<String, Metric.Accumulator> accumulators) {
        Map<String, Double> values = new LinkedHashMap<>();
        accumulators.forEach((name, accumulator) -> values.put(name, accumulator.value()));
        return new Scores(values);
    }
}
