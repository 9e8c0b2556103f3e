package ai.tenon.core.internal;

import ai.tenon.backend.BackendDescription.Trait;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.SupportReport;
import ai.tenon.core.internal.GoldenCheck.CheckFailed;
import ai.tenon.core.internal.GoldenCheck.Golden;
import ai.tenon.core.internal.GoldenCheck.Verdict;
import ai.tenon.core.internal.model.FittedModels;
import ai.tenon.core.internal.model.FittedModels.Fitted;
import ai.tenon.management.DeploymentSpec;
import java.util.List;

/**
 * Makes a deployment ready beside what serves: recipe, placement, compile, warm-up, check. Runs on
 * whichever thread asks.
 */
final class Preparer {
    /** Reasons shown at most when a backend does not support a model. */
    private static final int REASONS_SHOWN = 3;

    private final FittedModels models;

    Preparer(FittedModels models) {
        this.models = models;
        Trouble.load();
    }

    /** A deployment that is ready, and golden tensors for the next one. */
    record Ready(Deployment deployment, Golden golden) {}

    /** Why a deployment could not be prepared; a sentence without the endpoint's name. */
    static final class NotPrepared extends Exception {
        private static final long serialVersionUID = 1L;

        NotPrepared(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Prepares {@code spec} on {@code entry}.
     *
     * @param golden what the endpoint's deployment before answered; null if there was none
     */
    Ready prepare(
            DeploymentSpec spec,
            BackendEntry entry,
            Golden golden,
            Settings settings,
            CompileMonitor monitor)
            throws NotPrepared {
        Executable executable = null;
        ContextPool contexts = null;
        try {
            Fitted fitted = models.of(spec, monitor);
            ModelSource source = fitted.source();
            requireSupport(source, entry);
            executable = entry.backend().compile(source, options(spec, settings), monitor);
            contexts =
                    new ContextPool(
                            executable,
                            entry.description().traits().contains(Trait.THREAD_BOUND),
                            contexts(entry, settings, spec),
                            settings.queue());
            monitor.progress("check", 0.9);
            Verdict verdict = GoldenCheck.run(spec, executable.signature(), contexts, golden);
            monitor.check();
            return new Ready(
                    new Deployment(
                            spec, entry, executable, contexts, verdict.label(), fitted.note()),
                    verdict.golden());
        } catch (CheckFailed | BackendException | RuntimeException | Error e) {
            if (contexts != null) {
                Trouble.close(contexts::close);
            }
            if (executable != null) {
                Trouble.close(executable);
            }
            throw new NotPrepared(entry.label() + ": " + Trouble.words(e), e);
        }
    }

    private static void requireSupport(ModelSource source, BackendEntry entry)
            throws BackendException {
        SupportReport report = entry.backend().support(source);
        if (!report.isComplete()) {
            List<String> reasons = report.reasons();
            String more =
                    reasons.size() > REASONS_SHOWN
                            ? "; and " + (reasons.size() - REASONS_SHOWN) + " more"
                            : "";
            throw new BackendException(
                    BackendException.ErrorClass.FALLBACK,
                    "does not run "
                            + source.name()
                            + ": "
                            + String.join(
                                    "; ",
                                    reasons.subList(0, Math.min(REASONS_SHOWN, reasons.size())))
                            + more);
        }
    }

    private static CompileOptions options(DeploymentSpec spec, Settings settings) {
        CompileOptions.Builder options =
                CompileOptions.builder().threads(number(spec, "threads", settings.threads()));
        spec.settings().forEach(options::setting);
        return options.build();
    }

    private static int contexts(BackendEntry entry, Settings settings, DeploymentSpec spec) {
        return entry.description().traits().contains(Trait.PARALLEL_CONTEXTS)
                ? number(spec, "contexts", settings.contexts())
                : 1;
    }

    /** A setting of the deployment, else of the core, else the number of cores. */
    private static int number(DeploymentSpec spec, String setting, int otherwise) {
        String text = spec.settings().get(setting);
        int value;
        try {
            value = text == null ? otherwise : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "setting " + setting + "=" + text + " is no number", e);
        }
        return value > 0 ? value : Runtime.getRuntime().availableProcessors();
    }
}
