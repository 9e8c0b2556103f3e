package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.evaluation.internal.optimize.Contest.Entry;
import ai.tenon.evaluation.internal.recipe.Options;
import ai.tenon.evaluation.internal.room.Versioned;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.optimize.Stage;
import ai.tenon.optimizer.Goal;
import ai.tenon.optimizer.OptimizeResult;
import ai.tenon.optimizer.OptimizeResult.Sensitivity;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.QuantizedLayer;
import ai.tenon.quantize.Quantizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Searches what a goal asks for, by measuring: passes first, then every scheme that is here and has
 * the data it needs, then what may make the promising ones better: other granularities, classes
 * that are faster left alone, layers that are too sensitive.
 */
final class Search {
    /** Schemes that pay most often; others follow by name. */
    private static final List<String> PROMISING =
            List.of("int8-static", "int8-dynamic", "fp16", "bf16", "int6", "int4");

    private static final String GRANULARITY = "granularity";
    private static final List<String> GRANULARITIES =
            List.of("per-channel", "per-tensor", "per-block");

    /** Below this the clock cannot tell slower from equal. */
    private static final double EQUAL_SPEED = 0.98;

    private final Job job;
    private final Steps steps;
    private final Goal goal;
    private final Contest contest;
    private final long start = System.nanoTime();
    private final Map<String, Tried> tried = new LinkedHashMap<>();
    private final List<Sensitivity> sensitivity = new ArrayList<>();
    private Variant early;

    /** A scheme with its default settings, and how it did; without the model, to save memory. */
    private record Tried(Quantized quantized, double speedup, long bytes, double drop) {}

    Search(Job job) {
        this.job = job;
        this.steps = new Steps(job);
        this.goal = job.request().goal().orElseThrow();
        this.contest = new Contest(job, steps, goal);
        this.early = steps.start();
    }

    OptimizeResult run() throws BackendException {
        boolean interrupted = false;
        try {
            say("as it came");
            contest.enterOriginal();
            passes();
            for (String scheme : schemes()) {
                scheme(scheme);
            }
            for (String scheme : mostPromisingFirst()) {
                granularities(scheme);
                slowClasses(scheme);
                sensitiveLayers(scheme);
            }
        } catch (BackendException e) {
            if (e.errorClass() != BackendException.ErrorClass.CANCELLED) {
                throw e;
            }
            interrupted = true;
            job.note("Stopped before it was through: this is the best so far.");
        }
        return interrupted ? result(bestSoFar()) : confirmed();
    }

    private void passes() throws BackendException {
        say("cleanup and folding");
        Variant start = steps.start();
        early = enterIfNew("passes", start, steps.folded(start));
        early = enterWhole("passes + pruning", early, steps.stage(early, Stage.PRUNING));
        Variant fused = enterIfNew("passes + fusion", early, steps.stage(early, Stage.FUSION));
        enterIfNew("passes + fusion + layout", fused, steps.stage(fused, Stage.LAYOUT));
    }

    /** Measures what a stage made of a variant, then without the passes that make it slower. */
    private Variant enterIfNew(String label, Variant before, Variant after)
            throws BackendException {
        if (after.compiled() == before.compiled() || !hasTime()) {
            return after;
        }
        say(label);
        Entry whole = contest.enter(label, after);
        if (whole == null) {
            return PassWork.reverted(before, after, job.device().reference() + " does not run it");
        }
        if (!hasTime() || !isWorthRefining(before, after)) {
            steps.release(before);
            return after;
        }
        say(label + ", pass by pass");
        try {
            Variant part =
                    new LeaveOneOut(job, steps)
                            .refine(label, before, after, whole.millis(), left().dividedBy(8));
            if (part == after || part.compiled() == before.compiled()) {
                return part;
            }
            Entry entry = contest.enter(label + " that pay", part);
            return entry == null || entry.speedup() < EQUAL_SPEED * whole.speedup() ? after : part;
        } finally {
            steps.release(after);
            steps.release(before);
        }
    }

    /** Without a scheme always; else if it could become the best by that. */
    private boolean isWorthRefining(Variant before, Variant after) {
        Entry best = contest.best();
        return after.quantized() == null
                || best != null && (best.variant() == before || best.variant() == after);
    }

    private Variant enterWhole(String label, Variant before, Variant after)
            throws BackendException {
        if (after.compiled() != before.compiled() && hasTime()) {
            say(label);
            contest.enter(label, after);
        }
        return after;
    }

    private List<String> schemes() {
        Set<String> names =
                new TreeSet<>(
                        Comparator.comparingInt(Search::promise)
                                .thenComparing(Comparator.naturalOrder()));
        for (String name : job.room().quantizers().names()) {
            Versioned<Quantizer> quantizer = job.room().quantizers().get(name);
            if (steps.needsMoreData(quantizer, QuantizationScheme.of(name))) {
                job.note(
                        "Scheme "
                                + name
                                + " was not tried: it needs calibration data; give them with"
                                + " --calibrate.");
            } else {
                names.add(name);
            }
        }
        return List.copyOf(names);
    }

    private static int promise(String scheme) {
        int index = PROMISING.indexOf(scheme);
        return index < 0 ? PROMISING.size() : index;
    }

    /** A scheme with its defaults, on top of the early passes, with and without the late ones. */
    private void scheme(String name) throws BackendException {
        Variant quantized = quantize(name, QuantizationScheme.of(name), early);
        if (quantized == null) {
            return;
        }
        Entry entry = contest.enter(name, quantized);
        if (entry == null) {
            return;
        }
        tried.put(
                name,
                new Tried(quantized.quantized(), entry.speedup(), entry.bytes(), entry.drop()));
        late(name, quantized);
    }

    private void late(String label, Variant quantized) throws BackendException {
        Variant fused =
                enterIfNew(label + " + fusion", quantized, steps.stage(quantized, Stage.FUSION));
        enterIfNew(label + " + fusion + layout", fused, steps.stage(fused, Stage.LAYOUT));
    }

    /** Null if there is no time for it, it cannot be done, or it leaves all layers as they are. */
    private Variant quantize(String label, QuantizationScheme scheme, Variant before)
            throws BackendException {
        if (!hasTime()) {
            return null;
        }
        say(label);
        try {
            Variant variant = steps.quantize(before, scheme);
            if (variant.layers().stream().anyMatch(QuantizedLayer::isQuantized)) {
                return variant;
            }
            job.trials().failed(label, scheme.name(), "no layer can be quantized");
        } catch (IllegalArgumentException | IllegalStateException e) {
            job.trials().failed(label, scheme.name(), e.getMessage());
        } catch (BackendException e) {
            if (e.errorClass() == BackendException.ErrorClass.CANCELLED) {
                throw e;
            }
            job.trials().failed(label, scheme.name(), e.getMessage());
        }
        return null;
    }

    /** Schemes by what they could win if they were only accurate enough. */
    private List<String> mostPromisingFirst() {
        Comparator<Tried> byAim =
                goal.aim() == Goal.Aim.SMALLEST
                        ? Comparator.comparingLong(Tried::bytes)
                        : Comparator.comparingDouble(t -> -t.speedup());
        return tried.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(byAim))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void granularities(String name) throws BackendException {
        Versioned<Quantizer> quantizer = job.room().quantizers().get(name);
        if (!Options.namesOf(quantizer.service(), name).contains(GRANULARITY)) {
            return;
        }
        for (String granularity : GRANULARITIES) {
            QuantizationScheme scheme = QuantizationScheme.of(name).with(GRANULARITY, granularity);
            String label = name + " " + granularity;
            Variant variant = quantize(label, scheme, early);
            if (variant != null && !sameAs(tried.get(name).quantized(), variant)) {
                contest.enter(label, variant);
            }
        }
    }

    /** True if every layer is treated alike: then the setting is the default. */
    private static boolean sameAs(Quantized done, Variant variant) {
        return done.result().layers().stream()
                .map(QuantizedLayer::treatment)
                .toList()
                .equals(variant.layers().stream().map(QuantizedLayer::treatment).toList());
    }

    /** Where there are several classes of layers, one of them may be faster left alone. */
    private void slowClasses(String name) throws BackendException {
        Set<String> classes = new TreeSet<>();
        for (Layer layer : Layers.of(early.compiled().model())) {
            classes.add(layer.layerClass());
        }
        if (classes.size() < 2) {
            return;
        }
        for (String layerClass : classes) {
            String label = name + " without " + layerClass;
            QuantizationScheme scheme =
                    tried.get(name)
                            .quantized()
                            .replay()
                            .with(QuantizationScheme.EXCLUDE_CLASSES, layerClass);
            Variant variant = quantize(label, scheme, early);
            if (variant != null) {
                contest.enter(label, variant);
            }
        }
    }

    /** A scheme that would win, but for its accuracy, is mixed with higher precision. */
    private void sensitiveLayers(String name) throws BackendException {
        Tried scheme = tried.get(name);
        Entry best = contest.best();
        boolean wouldWin =
                best == null
                        || (goal.aim() == Goal.Aim.SMALLEST
                                ? scheme.bytes() < best.bytes()
                                : scheme.speedup() > best.speedup());
        if (!(scheme.drop() > contest.mostDrop()) || !wouldWin || !hasTime()) {
            return;
        }
        say(name + ", mixed");
        Mixer mixer = new Mixer(job, steps, contest.mostDrop(), this::hasTime);
        try {
            mixer.mix(early, scheme.quantized(), left().dividedBy(2));
        } catch (IllegalStateException e) {
            job.trials().failed(name + ", mixed", name, e.getMessage());
        }
        sensitivity.addAll(mixer.sensitivity());
        if (mixer.best() != null) {
            String label = Mixer.label(mixer.best().variant(), mixer.best().kept());
            contest.enter(label, mixer.best().variant());
            late(label, mixer.best().variant());
        }
    }

    private OptimizeResult confirmed() throws BackendException {
        say("measuring the best again");
        Entry best = contest.confirmed();
        if (best == null) {
            job.note(
                    contest.originalKeepsLimits()
                            ? "Nothing that was tried pays: the model stays as it is."
                            : "Nothing that was tried keeps all limits, and neither does the model"
                                    + " that came: it stays as it is.");
        }
        return result(best);
    }

    private Entry bestSoFar() {
        Entry best = contest.best();
        return best != null && contest.beatsOriginal(best) ? best : null;
    }

    private OptimizeResult result(Entry best) throws BackendException {
        Results results = new Results(job);
        if (best == null) {
            Entry original = contest.original();
            job.trials().choose("as it came");
            return results.untouched(
                    early.reports(),
                    original == null
                            ? results.unmeasured()
                            : job.latencies().of(original.timings()),
                    sensitivity,
                    job.progress().stopped());
        }
        job.trials().choose(best.label());
        return results.made(best.variant(), best.timings(), best.scores(), sensitivity);
    }

    private Duration left() {
        Duration left = job.budget().minusNanos(System.nanoTime() - start);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private boolean hasTime() {
        return !left().isZero();
    }

    private void say(String step) {
        Entry best = contest.best();
        job.progress()
                .best(
                        best == null
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "%s: %.2f× as fast, %.1f MB",
                                        best.label(),
                                        best.speedup(),
                                        best.bytes() / 1e6),
                        left());
        double done = 1 - (double) left().toMillis() / Math.max(1, job.budget().toMillis());
        job.progress().begin(step, done, done);
    }
}
