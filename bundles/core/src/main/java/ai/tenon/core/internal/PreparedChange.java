package ai.tenon.core.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.core.internal.GoldenCheck.Golden;
import ai.tenon.core.internal.Preparer.NotPrepared;
import ai.tenon.core.internal.Preparer.Ready;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.Deployments.Prepared;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A change that somebody asked for: planned on the reconciler's thread, prepared on the asker's,
 * made on the reconciler's.
 */
final class PreparedChange implements Prepared {
    private final Reconciler reconciler;
    private final List<DeploymentSpec> target;
    private final Set<Long> leaving;
    private final Map<String, Ready> ready = new TreeMap<>();

    /**
     * What has to be prepared for one endpoint: the backends to try, and golden tensors, which may
     * be null.
     */
    private record Step(
            DeploymentSpec spec,
            List<BackendEntry> backends,
            Preference preference,
            Golden golden) {}

    private PreparedChange(
            Reconciler reconciler, Collection<DeploymentSpec> target, Set<Long> leaving) {
        this.reconciler = reconciler;
        this.target = List.copyOf(target);
        this.leaving = Set.copyOf(leaving);
    }

    /** See {@link ai.tenon.management.Deployments#prepare}. */
    static PreparedChange prepare(
            Reconciler reconciler,
            Preparer preparer,
            Collection<DeploymentSpec> target,
            Set<Long> leaving,
            CompileMonitor monitor)
            throws ManagementException {
        PreparedChange change = new PreparedChange(reconciler, target, leaving);
        List<Step> steps = reconciler.ask(change::plan);
        try {
            for (Step step : steps) {
                change.ready.put(step.spec().name(), change.prepare(step, preparer, monitor));
            }
        } catch (ManagementException | RuntimeException | Error e) {
            change.abort();
            throw e;
        }
        return change;
    }

    private List<Step> plan(Reconciler state) {
        List<BackendEntry> staying =
                state.here().stream().filter(entry -> !leaving.contains(entry.bundleId())).toList();
        List<Step> steps = new ArrayList<>();
        for (DeploymentSpec spec : target) {
            Managed m = state.endpoint(spec.name());
            Deployment current = m == null ? null : m.endpoint.current();
            boolean same = m != null && spec.equals(m.desired);
            boolean stays =
                    current != null
                            && current.serves(spec)
                            && current.backends().stream()
                                    .noneMatch(entry -> leaving.contains(entry.bundleId()));
            if (!spec.loaded() || same && (stays || current == null)) {
                continue;
            }
            List<BackendEntry> candidates =
                    spec.pin() == null
                            ? state.preferred().listed(staying)
                            : Preference.pinned(spec.pin(), staying);
            if (stays
                    && !candidates.isEmpty()
                    && current.isPlacedFor(state.preferred().among(spec, candidates))) {
                continue;
            }
            steps.add(new Step(spec, candidates, state.preferred(), m == null ? null : m.golden));
        }
        return steps;
    }

    private Ready prepare(Step step, Preparer preparer, CompileMonitor monitor)
            throws ManagementException {
        DeploymentSpec spec = step.spec();
        if (step.backends().isEmpty()) {
            throw new ManagementException(Kind.NOT_FOUND, nothingFor(spec));
        }
        List<String> reasons = new ArrayList<>();
        List<BackendEntry> left = new ArrayList<>(step.backends());
        while (!left.isEmpty()) {
            List<BackendEntry> choice = List.copyOf(step.preference().among(spec, left));
            try {
                monitor.progress("prepare " + spec.name() + " on " + choice.get(0), 0);
                return preparer.prepare(
                        spec, choice, step.golden(), reconciler.settings(), monitor);
            } catch (NotPrepared e) {
                if (e.getCause() instanceof BackendException cause
                        && cause.errorClass() == BackendException.ErrorClass.CANCELLED) {
                    throw new ManagementException(
                            Kind.CANCELLED, "preparing " + spec.name() + " was cancelled", e);
                }
                reasons.add(e.getMessage() + wayOut(spec, e));
                left.remove(e.culprit());
            }
        }
        throw new ManagementException(
                Kind.FAILED,
                "endpoint '" + spec.name() + "' stays as it is: " + String.join("; ", reasons));
    }

    private static String wayOut(DeploymentSpec spec, NotPrepared failure) {
        return spec.pin() != null && failure.isUnplaced()
                ? " (a pinned backend runs the whole model; without the pin others may run the rest)"
                : "";
    }

    private String nothingFor(DeploymentSpec spec) {
        if (!leaving.isEmpty()) {
            return "endpoint '"
                    + spec.name()
                    + "'"
                    + (spec.pin() == null ? "" : ", pinned to " + spec.pin() + ",")
                    + " would be left without a backend; swap it to another one, or unload or undeploy it first";
        }
        List<String> here =
                reconciler.ask(
                        state -> state.here().stream().map(BackendEntry::label).sorted().toList());
        String missing =
                spec.pin() == null
                        ? "none of the preferred backends is here"
                        : "backend " + spec.pin() + " is not here";
        return "endpoint '" + spec.name() + "': " + missing + "; here are " + here;
    }

    @Override
    public List<String> commit() {
        List<String> done = new ArrayList<>();
        List<Retirement> retired = reconciler.ask(state -> apply(state, done));
        for (Retirement retirement : retired) {
            done.add(
                    retirement.deployment().spec().name()
                            + ": "
                            + retirement.await(reconciler.settings().drainMillis()));
        }
        return done;
    }

    private List<Retirement> apply(Reconciler state, List<String> done) {
        state.here().stream()
                .filter(entry -> leaving.contains(entry.bundleId()))
                .forEach(BackendEntry::leave);
        List<Retirement> retired = new ArrayList<>(state.desire(target));
        for (DeploymentSpec spec : target) {
            Managed m = state.endpoint(spec.name());
            Ready next = ready.get(spec.name());
            if (next != null && next.deployment().isLeaving()) {
                // it went while we prepared; the reconciler finds another one
                state.discard(next.deployment());
            } else if (next != null) {
                m.cancelJob();
                state.switchTo(m, next, retired);
                done.add(
                        spec.name()
                                + ": served by "
                                + next.deployment().label()
                                + ", "
                                + next.deployment().check()
                                + clause(next.deployment().placement())
                                + clause(next.deployment().recipeNote()));
            }
            state.evaluate(m);
        }
        return retired;
    }

    private static String clause(String words) {
        return words.isEmpty() ? "" : "; " + words;
    }

    @Override
    public void abort() {
        // nothing ever pointed to them, so nobody holds a lease
        ready.values().forEach(prepared -> Trouble.close(prepared.deployment()::close));
    }
}
