package ai.tenon.core.internal;

import ai.tenon.backend.BackendDescription.Trait;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.core.internal.GoldenCheck.CheckFailed;
import ai.tenon.core.internal.GoldenCheck.Golden;
import ai.tenon.core.internal.GoldenCheck.Verdict;
import ai.tenon.core.internal.model.FittedModels;
import ai.tenon.core.internal.model.FittedModels.Fitted;
import ai.tenon.core.internal.placement.Candidate;
import ai.tenon.core.internal.placement.PlacementException;
import ai.tenon.core.internal.placement.Placer;
import ai.tenon.core.internal.placement.Plan;
import ai.tenon.management.DeploymentSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Makes a deployment ready beside what serves: recipe, placement, compile, warm-up, check. Runs on
 * whichever thread asks.
 */
final class Preparer {
    private static final String THREADS = "threads";
    private static final String CONTEXTS = "contexts";

    /** Settings of a deployment that are the core's; backends get all others. */
    private static final Set<String> OWN = Set.of(THREADS, CONTEXTS, Preference.PLACEMENT);

    private final FittedModels models;
    private final Path compiled;

    /**
     * @param compiled a folder in which backends may keep what they compiled; null for none
     */
    Preparer(FittedModels models, Path compiled) {
        this.models = models;
        this.compiled = compiled;
        Trouble.load();
    }

    /** A deployment that is ready, and golden tensors for the next one. */
    record Ready(Deployment deployment, Golden golden) {}

    /** Why a deployment could not be prepared; a sentence without the endpoint's name. */
    static final class NotPrepared extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient BackendEntry culprit;
        private final boolean unplaced;

        /**
         * @param where the backend or backends that it failed on, for people
         */
        private NotPrepared(BackendEntry culprit, String where, boolean unplaced, Throwable cause) {
            super(where + ": " + Trouble.words(cause), cause);
            this.culprit = culprit;
            this.unplaced = unplaced;
        }

        static NotPrepared by(BackendEntry culprit, Throwable cause) {
            return new NotPrepared(culprit, culprit.label(), false, cause);
        }

        /** The backend without which it may work. */
        BackendEntry culprit() {
            return culprit;
        }

        /** True if no way was found to place the model, which other backends beside may change. */
        boolean isUnplaced() {
            return unplaced;
        }
    }

    /**
     * Prepares {@code spec} on the first of {@code choice}, or if that does not run all of the
     * model, on several of them.
     *
     * @param golden what the endpoint's deployment before answered; null if there was none
     */
    Ready prepare(
            DeploymentSpec spec,
            List<BackendEntry> choice,
            Golden golden,
            Settings settings,
            CompileMonitor monitor)
            throws NotPrepared {
        Plan plan = null;
        Executable executable = null;
        ContextPool contexts = null;
        try {
            Preference.requirePlacement(
                    spec.settings().getOrDefault(Preference.PLACEMENT, settings.placement()));
            Fitted fitted = models.of(spec, monitor);
            plan = Placer.place(fitted.source(), fitted.format(), choice, monitor);
            executable = plan.compile(options(spec, settings), monitor);
            contexts =
                    new ContextPool(
                            executable,
                            !plan.isCut() && has(choice.get(0), Trait.THREAD_BOUND),
                            contexts(plan.backends(), settings, spec),
                            settings.queue());
            monitor.progress("check", 0.9);
            Verdict verdict =
                    GoldenCheck.run(
                            spec, fitted.source(), executable.signature(), contexts, golden);
            monitor.check();
            return new Ready(
                    new Deployment(
                            spec,
                            plan,
                            choice,
                            executable,
                            contexts,
                            verdict.label(),
                            fitted.note()),
                    verdict.golden());
        } catch (PlacementException e) {
            // the candidates are the entries of the choice
            BackendEntry culprit = (BackendEntry) e.culprit();
            throw new NotPrepared(culprit, culprit.label(), e.isUnplaced(), e.getCause());
        } catch (CheckFailed | BackendException | RuntimeException | Error e) {
            if (contexts != null) {
                Trouble.close(contexts::close);
            }
            if (executable != null) {
                Trouble.close(executable);
            }
            BackendEntry lead = choice.get(0);
            String where = plan == null ? lead.label() : Deployment.label(plan, choice);
            throw new NotPrepared(lead, where, false, e);
        }
    }

    private CompileOptions options(DeploymentSpec spec, Settings settings) {
        CompileOptions.Builder options =
                CompileOptions.builder()
                        .threads(number(spec, THREADS, settings.threads()))
                        .cacheFolder(compiled);
        spec.settings()
                .forEach(
                        (name, value) -> {
                            if (!OWN.contains(name)) {
                                options.setting(name, value);
                            }
                        });
        return options.build();
    }

    private static boolean has(Candidate backend, Trait trait) {
        return backend.description().traits().contains(trait);
    }

    private static int contexts(List<Candidate> backends, Settings settings, DeploymentSpec spec) {
        return backends.stream().allMatch(backend -> has(backend, Trait.PARALLEL_CONTEXTS))
                ? number(spec, CONTEXTS, settings.contexts())
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
