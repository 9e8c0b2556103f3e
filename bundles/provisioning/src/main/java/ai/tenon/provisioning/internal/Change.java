package ai.tenon.provisioning.internal;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.Deployments;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.management.ModelRepository;
import ai.tenon.management.OperationInfo.State;
import ai.tenon.store.BundleEntry;
import ai.tenon.store.Generation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one algorithm for every change: from the current generation to the one that a request asks
 * for. Until the new generation is current, any failure leaves everything as it was; the steps
 * after that only clean up, and a boot does them as well.
 */
final class Change {
    private static final Logger LOG = LoggerFactory.getLogger(Change.class);

    private final BundleContext context;
    private final GatewayState state;
    private final LiveBundles live;
    private final TargetMaker targets;
    private final ConfigurationWriter configuration;
    private final Deployments deployments;
    private final ModelRepository models;
    private final Journal journal;

    Change(
            BundleContext context,
            GatewayState state,
            ConfigurationWriter configuration,
            Deployments deployments,
            ModelRepository models,
            RecipePins recipes,
            Journal journal) {
        this.context = context;
        this.state = state;
        this.live = new LiveBundles(context, state.bundles());
        this.targets = new TargetMaker(state, models, recipes);
        this.configuration = configuration;
        this.deployments = deployments;
        this.models = models;
        this.journal = journal;
    }

    /** Makes the change and ends the operation, unless it fails. */
    void make(ChangeOperation op) throws ManagementException, IOException {
        op.step("fetch", op.request().subject());
        Generation target = targets.make(op.request());
        op.step("plan", "generation " + target.number());
        Plan plan = Plan.of(state.current(), target);
        op.detail(plan.summary());
        if (target.hasContentOf(state.current())) {
            op.end(State.SUCCEEDED, 0, "nothing to change: it is so already", null);
            return;
        }
        List<Bundle> leaving = live.find(plan.leaving());
        String restart = restartReason(plan, leaving);
        if (restart == null) {
            applyLive(op, plan, leaving);
        } else {
            applyByRestart(op, plan, leaving, restart);
        }
    }

    /** Why the change needs a restart; null if it does not. */
    private String restartReason(Plan plan, List<Bundle> leaving) {
        for (Bundle bundle : leaving) {
            if (RestartRule.appliesTo(bundle)) {
                return bundle.getSymbolicName() + " cannot be replaced while it runs";
            }
        }
        if (plan.collides()) {
            return "the same bundle version comes back with other content";
        }
        List<Bundle> dependents = live.dependents(leaving);
        return dependents.isEmpty()
                ? null
                : dependents.get(0).getSymbolicName() + " uses what leaves and would be restarted";
    }

    private void applyLive(ChangeOperation op, Plan plan, List<Bundle> leaving)
            throws ManagementException, IOException {
        List<Bundle> fresh = new ArrayList<>();
        Deployments.Prepared prepared = null;
        boolean committed = false;
        try {
            install(op, plan, fresh, leaving);
            op.step("resolve", names(plan.arriving()));
            live.resolve(fresh);
            op.step("configure", "");
            configuration.apply(plan.target());
            op.step("start", names(plan.arriving()));
            live.start(fresh);
            op.step("prepare", plan.target().deployments().size() + " deployments");
            prepared = prepare(op, plan.target(), leaving);
            commit(op, plan.target());
            committed = true;
        } finally {
            if (!committed) {
                undo(prepared, fresh);
            }
        }
        op.end(State.SUCCEEDED, plan.target().number(), finish(op, plan, prepared, leaving), null);
    }

    /** What is left to do once the target is current; a start would do it as well. */
    private String finish(
            ChangeOperation op, Plan plan, Deployments.Prepared prepared, List<Bundle> leaving) {
        List<String> report = new ArrayList<>();
        op.note("switch", "");
        try {
            report.addAll(prepared.commit());
        } catch (RuntimeException e) {
            LOG.error("Generation {} is current, but did not switch", plan.target().number(), e);
            report.add("what serves did not switch (" + e.getMessage() + "); a restart does it");
        }
        op.detail(String.join("; ", report));
        op.note("retire", names(plan.leaving()));
        report.addAll(live.remove(leaving));
        return message(report, plan);
    }

    private void install(ChangeOperation op, Plan plan, List<Bundle> fresh, List<Bundle> leaving)
            throws ManagementException, IOException {
        op.step("install", names(plan.arriving()));
        for (BundleEntry entry : plan.arriving()) {
            fresh.add(live.install(entry));
        }
        op.step("verify", "what the bundles need");
        live.check(fresh, leaving);
    }

    private Deployments.Prepared prepare(
            ChangeOperation op, Generation target, List<Bundle> leaving)
            throws ManagementException {
        Set<Long> ids = leaving.stream().map(Bundle::getBundleId).collect(Collectors.toSet());
        List<DeploymentSpec> specs = Specs.of(target, models);
        CompileMonitor monitor =
                new CompileMonitor(
                        (step, done) -> op.detail(step + " " + Math.round(done * 100) + " %"),
                        op::isCancelled);
        return deployments.prepare(specs, ids, monitor);
    }

    /** After this the gateway is the target, also if the power goes now. */
    private void commit(ChangeOperation op, Generation target)
            throws ManagementException, IOException {
        op.step("write", "generation " + target.number());
        String hash = state.generations().write(target);
        journal.commit(op.id(), hash);
        op.step("commit", "generation " + target.number());
        op.decide();
        state.commit(target);
    }

    private void undo(Deployments.Prepared prepared, List<Bundle> fresh) {
        if (prepared != null) {
            prepared.abort();
        }
        live.remove(fresh).forEach(problem -> LOG.warn("While undoing a change: {}", problem));
        try {
            configuration.apply(state.current());
        } catch (IOException e) {
            LOG.error("The configuration before the change could not be written back", e);
        }
    }

    /** What cannot change while the gateway runs is checked as far as possible, then committed. */
    private void applyByRestart(ChangeOperation op, Plan plan, List<Bundle> leaving, String reason)
            throws ManagementException, IOException {
        List<Bundle> fresh = new ArrayList<>();
        try {
            if (plan.collides()) {
                op.step("verify", names(plan.arriving()));
                for (BundleEntry entry : plan.arriving()) {
                    state.bundles().verify(entry.sha256());
                }
            } else {
                install(op, plan, fresh, leaving);
            }
            Specs.of(plan.target(), models);
        } finally {
            live.remove(fresh);
        }
        commit(op, plan.target());
        op.note("restart", reason);
        op.end(
                State.RESTARTING,
                plan.target().number(),
                "needs a restart ("
                        + reason
                        + "): the gateway starts again in generation "
                        + plan.target().number(),
                null);
    }

    /** Ends this life of the process; the launcher exits with 75 and is started again. */
    void restart() {
        try {
            context.getBundle(0).update();
        } catch (BundleException e) {
            LOG.error("The gateway cannot restart itself; restart it by hand", e);
        }
    }

    private static String names(List<BundleEntry> entries) {
        return String.join(", ", entries.stream().map(BundleEntry::identity).toList());
    }

    private static String message(List<String> report, Plan plan) {
        String generation = "generation " + plan.target().number();
        return report.isEmpty() ? generation : generation + ": " + String.join("; ", report);
    }

    /** How a failure is told. */
    static ManagementException asFailure(Throwable e) {
        if (e instanceof ManagementException known) {
            return known;
        }
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return new ManagementException(Kind.FAILED, message, e);
    }
}
