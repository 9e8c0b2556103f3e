package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.optimizer.OptimizeResult;
import ai.tenon.quantize.QuantizationScheme;
import java.util.Map;
import java.util.TreeMap;

/** The scheme {@code mixed}: another scheme, but for what is too sensitive for it. */
final class MixedRun {
    /** Name of the scheme. */
    static final String MIXED = "mixed";

    private static final String BASE = "base";
    private static final String WITH_DATA = "int8-static";
    private static final String WITHOUT_DATA = "int8-dynamic";

    private final Job job;
    private final Steps steps;

    MixedRun(Job job) {
        this.job = job;
        this.steps = new Steps(job);
    }

    OptimizeResult run() throws BackendException {
        QuantizationScheme base = base(job.request().scheme().orElseThrow());
        steps.quantizer(base);
        Mixer mixer = new Mixer(job, steps, job.maxDrop(), () -> true);
        boolean stopped = false;
        Variant variant = steps.start();
        try {
            job.progress().begin("passes", 0.02, 0.1);
            variant = steps.early(variant);
            job.progress().begin(base.name(), 0.1, 0.2);
            Variant full = steps.quantize(variant, base);
            job.progress().begin(MIXED, 0.2, 0.7);
            if (!mixer.suffices(full)) {
                mixer.mix(variant, full.quantized(), job.budget().dividedBy(2));
            }
        } catch (BackendException e) {
            if (e.errorClass() != BackendException.ErrorClass.CANCELLED) {
                throw e;
            }
            stopped = true;
        }
        if (mixer.best() == null) {
            return nothing(variant, mixer, stopped);
        }
        String kept = mixer.best().kept();
        job.note(
                kept.isEmpty()
                        ? "All layers could be quantized: the drop is within the limit."
                        : "In higher precision stays: " + kept + ".");
        Variant best = mixer.best().variant();
        return new SchemeRun(job).finish(stopped ? best : steps.late(best), mixer.sensitivity());
    }

    private OptimizeResult nothing(Variant variant, Mixer mixer, boolean stopped) {
        job.note(
                stopped
                        ? "Stopped before a mix was found that keeps the limit: nothing was made."
                        : "No mix keeps the limit of the drop: the model stays as it is.");
        Results results = new Results(job);
        return results.untouched(
                variant.reports(), results.unmeasured(), mixer.sensitivity(), stopped);
    }

    private QuantizationScheme base(QuantizationScheme mixed) {
        String name =
                mixed.setting(
                        BASE, job.request().calibration().isPresent() ? WITH_DATA : WITHOUT_DATA);
        Map<String, String> settings = new TreeMap<>(mixed.settings());
        settings.remove(BASE);
        return QuantizationScheme.of(name).with(settings);
    }
}
