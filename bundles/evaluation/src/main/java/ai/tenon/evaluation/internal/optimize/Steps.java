package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.evaluation.internal.recipe.Options;
import ai.tenon.evaluation.internal.room.Versioned;
import ai.tenon.graph.Model;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.layer.Layers;
import ai.tenon.measurement.Timings;
import ai.tenon.optimize.Stage;
import ai.tenon.quantize.QuantizationResult;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.Quantizer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What can be done to a variant on its way from the model that came to the result. */
final class Steps {
    /** Below this the clock cannot tell slower from equal. */
    private static final double EQUAL_SPEED = 0.98;

    private static final int FEWEST_ROUNDS = 3;
    private static final Duration GLANCE = Duration.ofMillis(300);
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final Job job;

    Steps(Job job) {
        this.job = job;
    }

    /** The model that came. */
    Variant start() {
        return Variant.of(job.original());
    }

    /** Passes that run before quantization. */
    Variant early(Variant variant) throws BackendException {
        return stage(folded(variant), Stage.PRUNING);
    }

    /** Those of them that keep what the model answers. What folding leaves behind is cleaned up. */
    Variant folded(Variant variant) throws BackendException {
        Variant clean = stage(variant, Stage.CLEANUP);
        Variant folded = stage(clean, Stage.FOLDING);
        return folded.compiled() == clean.compiled() ? folded : stage(folded, Stage.CLEANUP);
    }

    /** Passes that run after it; each stage stays only if the model is not slower with it. */
    Variant late(Variant variant) throws BackendException {
        return unlessSlower(unlessSlower(variant, Stage.FUSION), Stage.LAYOUT);
    }

    /** A stage, as it is. */
    Variant stage(Variant variant, Stage stage) throws BackendException {
        return job.passWork().apply(variant, stage);
    }

    /**
     * A stage, reverted if the device is slower with it, unless leaving out single passes, where
     * that takes no longer than a moment, helps.
     */
    Variant unlessSlower(Variant before, Stage stage) throws BackendException {
        long start = System.nanoTime();
        Variant after = stage(before, stage);
        if (after.compiled() == before.compiled()) {
            return after;
        }
        Comparison all = compare(before, after);
        if (all.against.isEmpty()) {
            release(before);
            return after;
        }
        boolean several = after.passes().size() > before.passes().size() + 1;
        if (several && !Double.isNaN(all.millis) && System.nanoTime() - start < MOMENT.toNanos()) {
            Variant part =
                    new LeaveOneOut(job, this)
                            .refine(
                                    stage.name().toLowerCase(Locale.ROOT),
                                    before,
                                    after,
                                    all.millis,
                                    MOMENT);
            if (part != after && compare(before, part).against.isEmpty()) {
                return part;
            }
            release(part);
        }
        release(after);
        return PassWork.reverted(before, after, all.against);
    }

    /**
     * What a stage came to.
     *
     * @param against why it should be reverted, in words; empty if it should not
     * @param millis with it; NaN if it does not run
     */
    private record Comparison(String against, double millis) {}

    private Comparison compare(Variant before, Variant after) throws BackendException {
        try {
            Timings timings =
                    job.latencies()
                            .measure(before.compiled(), after.compiled(), FEWEST_ROUNDS, GLANCE);
            double speedup = timings.ratio(0, 1, 50);
            return new Comparison(
                    speedup < EQUAL_SPEED
                            ? String.format(
                                    Locale.ROOT,
                                    "slower: %.2f of the speed before on %s",
                                    speedup,
                                    job.device().reference())
                            : "",
                    timings.millis(1, 50));
        } catch (BackendException e) {
            if (e.errorClass() == BackendException.ErrorClass.CANCELLED) {
                throw e;
            }
            return new Comparison(
                    job.device().reference() + " does not run it: " + e.getMessage(), Double.NaN);
        }
    }

    /** Frees what is not needed any more; the original always is. */
    void release(Variant variant) {
        if (!variant.compiled().isOriginal()) {
            variant.compiled().close();
        }
    }

    /**
     * The quantizer for a scheme.
     *
     * @throws IllegalArgumentException if it is not here, does not know one of the settings or
     *     needs data that there are not
     */
    Versioned<Quantizer> quantizer(QuantizationScheme scheme) {
        Versioned<Quantizer> quantizer = job.room().quantizers().get(scheme.name());
        Options.check(
                scheme.settings().keySet(), Options.namesOf(quantizer.service(), scheme.name()));
        if (needsMoreData(quantizer, scheme)) {
            throw new IllegalArgumentException(
                    "scheme "
                            + scheme.name()
                            + " needs calibration data: give them with --calibrate, or use a scheme"
                            + " that needs none: "
                            + String.join(", ", schemesWithoutData()));
        }
        return quantizer;
    }

    /** True if a scheme needs calibration data and there are none. */
    boolean needsMoreData(Versioned<Quantizer> quantizer, QuantizationScheme scheme) {
        return job.request().calibration().isEmpty()
                && quantizer.service().needsCalibration(scheme);
    }

    private Set<String> schemesWithoutData() {
        Set<String> schemes = job.room().quantizers().names();
        schemes.removeIf(
                name ->
                        job.room()
                                .quantizers()
                                .get(name)
                                .service()
                                .needsCalibration(QuantizationScheme.of(name)));
        return schemes;
    }

    /**
     * The variant quantized.
     *
     * @throws IllegalStateException if the quantizer failed; the message names it
     */
    Variant quantize(Variant variant, QuantizationScheme scheme) throws BackendException {
        return quantize(variant, quantizer(scheme), scheme);
    }

    /**
     * The variant quantized once more. A scheme that brings what was found in the samples before
     * looks into them only for what is missing.
     */
    Variant requantize(Variant variant, Quantized before, QuantizationScheme scheme)
            throws BackendException {
        return quantize(variant, before.quantizer(), scheme);
    }

    private Variant quantize(
            Variant variant, Versioned<Quantizer> quantizer, QuantizationScheme scheme)
            throws BackendException {
        Model model = variant.compiled().model().copy();
        QuantizationResult result = result(model, quantizer, scheme);
        List<Layer> inside = Layers.inSubgraphs(model);
        if (!inside.isEmpty()) {
            job.note(
                    "Layers inside branches and bodies (If, Loop, Scan) stay as they were: "
                            + inside.size()
                            + ", the first of them "
                            + inside.get(0).id()
                            + ".");
        }
        double share = MultiplyAdds.of(variant.compiled().model()).quantized(result.layers());
        return variant.with(
                Compiled.rewritten(model, job.device()),
                new Quantized(quantizer, scheme, result, share));
    }

    private QuantizationResult result(
            Model model, Versioned<Quantizer> quantizer, QuantizationScheme scheme)
            throws BackendException {
        try {
            return quantizer
                    .service()
                    .quantize(model, scheme, job.calibration(), job.progress().asMonitor());
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (RuntimeException e) {
            // quantizers come from anywhere: what fails is named, and a search goes on without it
            throw new IllegalStateException("scheme " + quantizer.reference() + " failed: " + e, e);
        }
    }
}
