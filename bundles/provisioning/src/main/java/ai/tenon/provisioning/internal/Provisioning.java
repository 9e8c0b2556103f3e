package ai.tenon.provisioning.internal;

import ai.tenon.management.BackendInfo;
import ai.tenon.management.BundleInfo;
import ai.tenon.management.Deployments;
import ai.tenon.management.EndpointInfo;
import ai.tenon.management.GatewayStatus;
import ai.tenon.management.GenerationInfo;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ModelRepository;
import ai.tenon.management.Operation;
import ai.tenon.management.OperationInfo;
import ai.tenon.management.Operations;
import ai.tenon.management.Request;
import ai.tenon.management.RetiredInfo;
import ai.tenon.optimizer.Recipes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.condition.Condition;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one set of operations, as OSGi sees it: wires the parts, and starts what a boot needs. */
@Component(service = Operations.class, immediate = true, configurationPid = "ai.tenon.provisioning")
public final class Provisioning implements Operations {
    private static final Logger LOG = LoggerFactory.getLogger(Provisioning.class);

    private static final String DEFAULT_READY_MILLIS = "120000";
    private static final long STOP_SECONDS = 20;
    private static final long GENERATIONS_PER_CLEANING = 50;

    private final BundleContext context;
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, Provisioning::worker);
    private final GatewayState state;
    private final Deployments deployments;
    private final Change change;
    private final Changes changes;
    private final Boot boot;
    private final Views views;
    private final FrameworkListener listener = this::frameworkEvent;
    private final CountDownLatch started = new CountDownLatch(1);
    private volatile long readyMillis;
    private volatile Condition ready;
    private volatile EventAdmin events;
    private volatile Recipes recipes;

    /**
     * @param properties {@code readyMillis}: how long a generation that was never ready may take to
     *     become so, before it is started again
     */
    @Activate
    public Provisioning(
            BundleContext context,
            Map<String, Object> properties,
            @Reference ConfigurationWriter configuration,
            @Reference Deployments deployments,
            @Reference ModelRepository models)
            throws IOException {
        this.context = context;
        this.deployments = deployments;
        this.state = new GatewayState(Path.of(context.getProperty("ai.tenon.data")));
        Journal journal = new Journal(state.data());
        this.change =
                new Change(
                        context,
                        state,
                        configuration,
                        deployments,
                        models,
                        new RecipePins(() -> recipes),
                        journal);
        this.changes =
                new Changes(
                        thread,
                        change,
                        journal,
                        new AuditLog(state.data()),
                        this::send,
                        this::committed);
        this.boot = new Boot(state, deployments, models, changes);
        this.views = new Views(context, state);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        modified(properties);
        context.addFrameworkListener(listener);
        if (context.getBundle(0).getState() == Bundle.ACTIVE) {
            started.countDown();
        }
        // The first task, so that changes that come early wait for it.
        thread.execute(this::boot);
    }

    private static Thread worker(Runnable task) {
        Thread worker = new Thread(task, "tenon-changes");
        worker.setDaemon(true);
        return worker;
    }

    @Modified
    void modified(Map<String, Object> properties) {
        readyMillis =
                Long.parseLong(
                        String.valueOf(
                                properties.getOrDefault("readyMillis", DEFAULT_READY_MILLIS)));
    }

    @Deactivate
    void deactivate() throws InterruptedException {
        context.removeFrameworkListener(listener);
        changes.stop();
        thread.shutdown();
        started.countDown();
        thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    }

    /** All bundles of the generation have been started, so that no backend is missed. */
    private void frameworkEvent(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.STARTED) {
            started.countDown();
        }
    }

    private void boot() {
        try {
            started.await();
        } catch (InterruptedException e) {
            return;
        }
        if (thread.isShutdown()) {
            return;
        }
        boot.restore();
        thread.execute(boot::cleanUp);
        thread.schedule(this::checkReady, readyMillis, TimeUnit.MILLISECONDS);
        String distribution = context.getProperty("ai.tenon.distribution");
        new ModelsFolder(Path.of(distribution).resolve("models"))
                .deployMissing(state.current().deployments().keySet(), changes);
    }

    private void checkReady() {
        if (ready == null && boot.isHopeless(readyMillis)) {
            change.restart();
        }
    }

    private void committed() {
        if (ready != null) {
            boot.ready();
        }
        if (state.current().number() % GENERATIONS_PER_CLEANING == 0) {
            boot.cleanUp();
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            target = "(osgi.condition.id=ai.tenon.ready)")
    void bindReady(Condition condition) {
        ready = condition;
        LOG.info("Ready: every loaded deployment serves");
        thread.execute(this::committed);
    }

    void unbindReady(Condition condition) {
        if (ready == condition) {
            ready = null;
        }
    }

    /** A small gateway serves models as they are. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindRecipes(Recipes service) {
        recipes = service;
    }

    void unbindRecipes(Recipes service) {
        if (recipes == service) {
            recipes = null;
        }
    }

    /** A small gateway has nobody who listens, and no Event Admin. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindEvents(EventAdmin admin) {
        events = admin;
    }

    void unbindEvents(EventAdmin admin) {
        if (events == admin) {
            events = null;
        }
    }

    private void send(Event event) {
        EventAdmin admin = events;
        if (admin != null) {
            admin.sendEvent(event);
        }
    }

    @Override
    public Operation submit(String id, String actor, Request request) throws ManagementException {
        return changes.submit(id, actor, request);
    }

    @Override
    public Optional<Operation> find(String id) {
        return changes.find(id);
    }

    @Override
    public List<OperationInfo> recent() {
        return changes.recent();
    }

    @Override
    public List<EndpointInfo> endpoints() {
        return deployments.endpoints();
    }

    @Override
    public List<BackendInfo> backends() {
        return deployments.backends();
    }

    @Override
    public List<BundleInfo> bundles() {
        return views.bundles();
    }

    @Override
    public List<RetiredInfo> retired() {
        return deployments.retired();
    }

    @Override
    public List<GenerationInfo> generations() {
        return views.generations();
    }

    @Override
    public GatewayStatus status() {
        return views.status(ready != null);
    }
}
