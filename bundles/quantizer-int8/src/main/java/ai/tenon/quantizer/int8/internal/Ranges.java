package ai.tenon.quantizer.int8.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.quantize.Calibration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Finds the ranges of activations over samples, in one run of the model over all of them.
 *
 * @param method {@code minmax}, {@code moving-average}, {@code percentile} or {@code entropy}
 * @param percent of the numbers that a percentile keeps
 */
record Ranges(String method, double percent) {
    private static final int LEVELS = 256;
    private static final String MIN = "/min";
    private static final String MAX = "/max";

    /**
     * @param values names of what to find the ranges of
     * @return lowest and highest element by name; NaN where an element is NaN or infinite
     */
    Map<String, float[]> find(
            Model model, Collection<String> values, Calibration calibration, CompileMonitor monitor)
            throws BackendException {
        return method.equals("minmax") || method.equals("moving-average")
                ? extremes(model, values, calibration, monitor)
                : histograms(model, values, calibration, monitor);
    }

    /**
     * The device finds the extremes; the elements never leave it. A rectified value has none below
     * 0, and every range contains 0: only its largest element is asked for.
     */
    private Map<String, float[]> extremes(
            Model model, Collection<String> values, Calibration calibration, CompileMonitor monitor)
            throws BackendException {
        Probe probe = new Probe(model);
        Map<String, Extremes> found = new LinkedHashMap<>();
        Set<String> rectified = new HashSet<>();
        for (String value : values) {
            found.put(value, new Extremes());
            if (Match.producer(model.graph().value(value), "Relu") != null) {
                rectified.add(value);
                probe.largest(value + MAX, value);
            } else {
                probe.extreme(value + MIN, "ReduceMin", value);
                probe.extreme(value + MAX, "ReduceMax", value);
            }
        }
        int[] seen = {0};
        calibration.run(
                probe.model(),
                outputs -> {
                    found.forEach(
                            (value, extremes) -> {
                                float high = largest(probe.answer(value + MAX, outputs));
                                if (rectified.contains(value)) {
                                    extremes.add(0, high);
                                } else {
                                    extremes.add(probe.answer(value + MIN, outputs)[0], high);
                                }
                            });
                    progress(monitor, ++seen[0], calibration);
                });
        Map<String, float[]> ranges = new LinkedHashMap<>();
        boolean average = method.equals("moving-average");
        found.forEach((value, extremes) -> ranges.put(value, extremes.range(average)));
        return ranges;
    }

    private static float largest(float[] numbers) {
        float largest = numbers[0];
        for (float number : numbers) {
            largest = Math.max(largest, number);
        }
        return largest;
    }

    private Map<String, float[]> histograms(
            Model model, Collection<String> values, Calibration calibration, CompileMonitor monitor)
            throws BackendException {
        Probe probe = new Probe(model);
        Map<String, Histogram> found = new LinkedHashMap<>();
        for (String value : values) {
            found.put(value, new Histogram());
            probe.elements(value);
        }
        int[] seen = {0};
        calibration.run(
                probe.model(),
                outputs -> {
                    found.forEach(
                            (value, histogram) -> histogram.add(probe.answer(value, outputs)));
                    progress(monitor, ++seen[0], calibration);
                });
        Map<String, float[]> ranges = new LinkedHashMap<>();
        found.forEach((value, histogram) -> ranges.put(value, range(histogram)));
        return ranges;
    }

    private float[] range(Histogram histogram) {
        return !histogram.isFinite()
                ? new float[] {Float.NaN, Float.NaN}
                : method.equals("entropy")
                        ? histogram.entropy(LEVELS)
                        : histogram.percentile(percent);
    }

    private static void progress(CompileMonitor monitor, int seen, Calibration calibration) {
        monitor.progress("calibration", (double) seen / Math.max(seen, calibration.data().size()));
    }

    /** Lowest and highest of all samples, and their means over the samples. */
    private static final class Extremes {
        private float min = Float.POSITIVE_INFINITY;
        private float max = Float.NEGATIVE_INFINITY;
        private double minSum;
        private double maxSum;
        private int samples;

        void add(float low, float high) {
            // NaN stays: Math.min and Math.max hand it on
            min = Math.min(min, low);
            max = Math.max(max, high);
            minSum += low;
            maxSum += high;
            samples++;
        }

        float[] range(boolean average) {
            float[] range =
                    average
                            ? new float[] {(float) (minSum / samples), (float) (maxSum / samples)}
                            : new float[] {min, max};
            return Float.isFinite(range[0]) && Float.isFinite(range[1])
                    ? range
                    : new float[] {Float.NaN, Float.NaN};
        }
    }
}
