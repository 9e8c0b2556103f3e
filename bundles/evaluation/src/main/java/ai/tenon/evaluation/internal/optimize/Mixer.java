package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.evaluation.internal.accuracy.Scores;
import ai.tenon.optimizer.OptimizeResult.Sensitivity;
import ai.tenon.quantize.QuantizedLayer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * Keeps the most sensitive parts of a model in higher precision, as few as the limit of the drop
 * allows: first none, with biases corrected where the scheme can; then classes of layers, but none
 * that holds most of the weights; and where that does not do, single layers.
 */
final class Mixer {
    /** Setting of schemes that can make up for what quantization does to the mean of channels. */
    static final String BIAS_CORRECTION = "bias-correction";

    private static final int MOST_NAMED = 12;

    private final Job job;
    private final Steps steps;
    private final double limit;
    private final BooleanSupplier hasTime;
    private final List<Sensitivity> sensitivity = new ArrayList<>();
    private Mix best;

    /**
     * A mix that keeps the limit.
     *
     * @param kept in words: what stays in higher precision
     */
    record Mix(Variant variant, Scores scores, String kept) {}

    /**
     * @param limit of the drop of the metric that decides, in percent
     * @param hasTime asked before every further attempt
     */
    Mixer(Job job, Steps steps, double limit, BooleanSupplier hasTime) {
        this.job = job;
        this.steps = steps;
        this.limit = limit;
        this.hasTime = hasTime;
    }

    /** What was measured, the worst first, classes before layers. */
    List<Sensitivity> sensitivity() {
        return sensitivity;
    }

    /** The best mix found so far; null if there is none. */
    Mix best() {
        return best;
    }

    /** True if all layers can be quantized: then there is nothing to mix. */
    boolean suffices(Variant full) throws BackendException {
        return offer(full, "");
    }

    /**
     * Looks for the mix.
     *
     * @param before what is quantized
     * @param all what was done with all layers quantized that can be
     * @param time for ranking layers by the metric that decides
     */
    void mix(Variant before, Quantized all, Duration time) throws BackendException {
        Quantized full = all;
        if (canCorrectBiases(all)) {
            Variant corrected =
                    steps.requantize(before, all, all.replay().with(BIAS_CORRECTION, "true"));
            if (offer(corrected, "")) {
                return;
            }
            full = corrected.quantized();
        }
        Ranking ranking = new Ranking(job, steps, before, full);
        List<Sensitivity> classes = ranking.classes();
        sensitivity.addAll(classes);
        if (withoutClasses(ranking, classes) || !hasTime.getAsBoolean()) {
            return;
        }
        List<Sensitivity> layers = ranking.layers(time);
        sensitivity.addAll(layers);
        withoutLayers(ranking, layers.stream().map(Sensitivity::subject).toList());
    }

    private static boolean canCorrectBiases(Quantized all) {
        return all.scheme().setting(BIAS_CORRECTION, "").isEmpty()
                && all.quantizer()
                        .service()
                        .settings(all.scheme().name())
                        .contains(BIAS_CORRECTION);
    }

    private boolean withoutClasses(Ranking ranking, List<Sensitivity> classes)
            throws BackendException {
        long all = bytes(ranking.layers().values());
        List<String> excluded = new ArrayList<>();
        for (Sensitivity layerClass : classes) {
            String name = layerClass.subject();
            long its = bytes(ranking.ofClass(name).stream().map(ranking.layers()::get).toList());
            if (2 * its > all) {
                continue;
            }
            excluded.add(name);
            if (offer(
                    ranking.withoutClasses(excluded),
                    "all layers of class " + String.join(", ", excluded))) {
                return true;
            }
        }
        return false;
    }

    private static long bytes(Collection<QuantizedLayer> layers) {
        return layers.stream().mapToLong(QuantizedLayer::bytesBefore).sum();
    }

    /** Bisection: with more layers excluded the drop becomes less, as a rule. */
    private void withoutLayers(Ranking ranking, List<String> worstFirst) throws BackendException {
        int tooFew = 0;
        int enough = worstFirst.size();
        while (enough - tooFew > 1 && hasTime.getAsBoolean()) {
            int middle = (tooFew + enough) / 2;
            List<String> excluded = worstFirst.subList(0, middle);
            if (offer(ranking.without(excluded), named(excluded))) {
                enough = middle;
            } else {
                tooFew = middle;
            }
        }
    }

    private static String named(List<String> layers) {
        List<String> first = layers.subList(0, Math.min(MOST_NAMED, layers.size()));
        return layers.size()
                + (layers.size() == 1 ? " layer: " : " layers: ")
                + String.join(", ", first)
                + (layers.size() > MOST_NAMED ? ", …" : "");
    }

    /** What a mix is, in words. */
    static String label(Variant variant, String kept) {
        boolean corrected =
                variant.quantized().scheme().setting(BIAS_CORRECTION, "").equals("true");
        return variant.scheme()
                + (corrected ? " with bias correction" : "")
                + (kept.isEmpty() ? "" : " without " + kept);
    }

    /** Measures a mix and keeps it if it keeps the limit: it is better than those before. */
    private boolean offer(Variant variant, String kept) throws BackendException {
        job.progress().part(kept.isEmpty() ? "all layers" : "without " + kept, 0, 1);
        Scores scores;
        try {
            scores = job.judge().judge(variant.compiled().executable());
        } finally {
            steps.release(variant);
        }
        double drop = job.judge().drop(scores);
        boolean good = drop <= limit;
        job.trials()
                .judged(
                        label(variant, kept),
                        variant,
                        scores,
                        String.format(
                                Locale.ROOT,
                                good ? "keeps the limit" : "drop %.2f, limit %.2f",
                                drop,
                                limit));
        if (good) {
            best = new Mix(variant, scores, kept);
        }
        return good;
    }
}
