package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.evaluation.internal.accuracy.Scores;
import ai.tenon.optimizer.OptimizeResult.Sensitivity;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.QuantizedLayer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Measures what it costs to quantize one layer, or the layers of one class, and nothing else.
 * Classes are ranked by the metric that decides; layers too if there is the time for it, else by
 * SQNR on a few samples.
 */
final class Ranking {
    private static final Comparator<Sensitivity> WORST_FIRST =
            Comparator.comparingDouble((Sensitivity s) -> Double.isNaN(s.drop()) ? 0 : -s.drop())
                    .thenComparingDouble(Sensitivity::sqnrDb);

    /** Prefix of statistics: the correction of a layer's bias. */
    private static final String BIAS = "bias.";

    private final Job job;
    private final Steps steps;
    private final Variant before;
    private final Quantized full;
    private final Map<String, QuantizedLayer> layers = new LinkedHashMap<>();

    /** What was found in the samples: more with every set of layers that was tried. */
    private final Map<String, String> statistics = new TreeMap<>();

    /**
     * @param before what is quantized
     * @param full what was done with all layers quantized that can be
     */
    Ranking(Job job, Steps steps, Variant before, Quantized full) {
        this.job = job;
        this.steps = steps;
        this.before = before;
        this.full = full;
        keep(full.result().statistics());
        full.result().layers().stream()
                .filter(QuantizedLayer::isQuantized)
                .forEach(layer -> layers.put(layer.output(), layer));
    }

    /** The layers that are quantized, by id. */
    Map<String, QuantizedLayer> layers() {
        return layers;
    }

    /** Ids of the layers of a class. */
    Set<String> ofClass(String layerClass) {
        return layers.values().stream()
                .filter(layer -> layer.layerClass().equals(layerClass))
                .map(QuantizedLayer::output)
                .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
    }

    /** Sensitivity of all classes, the worst first. */
    List<Sensitivity> classes() throws BackendException {
        List<Sensitivity> ranked = new ArrayList<>();
        for (String name :
                layers.values().stream()
                        .map(QuantizedLayer::layerClass)
                        .collect(Collectors.toCollection(java.util.LinkedHashSet::new))) {
            ranked.add(measure(name, true, ofClass(name), false));
        }
        ranked.sort(WORST_FIRST);
        return ranked;
    }

    /**
     * Sensitivity of all layers, the worst first.
     *
     * @param time that measuring them by the metric that decides may take
     */
    List<Sensitivity> layers(Duration time) throws BackendException {
        List<Sensitivity> ranked = new ArrayList<>();
        boolean quick = false;
        for (String id : layers.keySet()) {
            job.progress().part("sensitivity of " + id, ranked.size(), layers.size());
            long start = System.nanoTime();
            ranked.add(measure(id, false, Set.of(id), quick));
            long took = System.nanoTime() - start;
            if (ranked.size() == 1 && took > time.toNanos() / layers.size()) {
                quick = true;
                ranked.clear();
                ranked.add(measure(id, false, Set.of(id), true));
                job.note(
                        "Layers were ranked by SQNR on a few samples: by the metric that decides it"
                                + " would have taken more time than there is.");
            }
        }
        ranked.sort(WORST_FIRST);
        return ranked;
    }

    private Sensitivity measure(
            String subject, boolean isClass, Collection<String> quantized, boolean quick)
            throws BackendException {
        List<String> others = new ArrayList<>(layers.keySet());
        others.removeAll(quantized);
        Variant variant = excluding(QuantizationScheme.EXCLUDE, others, uncorrected());
        try {
            var judge = quick ? job.quickJudge() : job.judge();
            Scores scores = judge.judge(variant.compiled().executable());
            return new Sensitivity(
                    subject,
                    isClass,
                    full.scheme().name(),
                    quick ? Double.NaN : judge.drop(scores),
                    scores.values().getOrDefault("sqnr", Double.NaN));
        } finally {
            steps.release(variant);
        }
    }

    /** Corrections of biases take many runs, and make up for the error that is looked for. */
    private QuantizationScheme uncorrected() {
        QuantizationScheme scheme = full.scheme();
        return scheme.setting(Mixer.BIAS_CORRECTION, "").isEmpty()
                ? scheme
                : scheme.with(Mixer.BIAS_CORRECTION, "false");
    }

    /** The model quantized, but for these layers more. */
    Variant without(Collection<String> excluded) throws BackendException {
        return excluding(QuantizationScheme.EXCLUDE, excluded, full.scheme());
    }

    /** The model quantized, but for the layers of these classes. */
    Variant withoutClasses(Collection<String> classes) throws BackendException {
        return excluding(QuantizationScheme.EXCLUDE_CLASSES, classes, full.scheme());
    }

    private Variant excluding(String setting, Collection<String> more, QuantizationScheme scheme)
            throws BackendException {
        List<String> all = new ArrayList<>(scheme.list(setting));
        all.addAll(more);
        QuantizationScheme excluding = scheme.with(statistics);
        if (!all.isEmpty()) {
            excluding = excluding.with(setting, String.join(";", all));
        }
        Variant variant = steps.requantize(before, full, excluding);
        keep(variant.quantized().result().statistics());
        return variant;
    }

    /** What was found holds for other sets of layers too, but for the corrections of biases. */
    private void keep(Map<String, String> found) {
        found.forEach(
                (name, value) -> {
                    if (!name.startsWith(BIAS)) {
                        statistics.putIfAbsent(name, value);
                    }
                });
    }
}
