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
import ai.tenon.management.DeploymentSpec;
import ai.tenon.model.ModelFormat;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Makes a deployment ready beside what serves: placement, compile, warm-up, check. Runs on
 * whichever thread asks.
 */
final class Preparer {
    /** Reasons shown at most when a backend does not support a model. */
    private static final int REASONS_SHOWN = 3;

    private final Collection<ModelFormat> formats = new CopyOnWriteArrayList<>();

    Preparer() {
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

    void addFormat(ModelFormat format) {
        formats.add(format);
    }

    void removeFormat(ModelFormat format) {
        formats.remove(format);
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
        if (!spec.recipe().isEmpty()) {
            throw new NotPrepared(
                    "its recipe needs "
                            + (spec.recipe().passes().isEmpty()
                                    ? "the quantizer '" + spec.recipe().scheme() + "'"
                                    : "the pass '" + spec.recipe().passes().get(0) + "'")
                            + ", and no bundle here brings it; deploy without a recipe, or the optimised file",
                    null);
        }
        Executable executable = null;
        ContextPool contexts = null;
        try {
            ModelSource source = source(spec);
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
                    new Deployment(spec, entry, executable, contexts, verdict.label()),
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

    private ModelSource source(DeploymentSpec spec) throws BackendException {
        String fileName = spec.model().fileName();
        ModelFormat format =
                formats.stream()
                        .filter(candidate -> candidate.accepts(fileName))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new BackendException(
                                                BackendException.ErrorClass.FATAL,
                                                "no bundle here reads models like '"
                                                        + fileName
                                                        + "'; the bundle ai.tenon.onnx reads .onnx"));
        return ModelSource.ofFile(spec.name(), spec.model().sha256(), spec.model().file(), format);
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
