package ai.tenon.core.internal;

import ai.tenon.backend.Backend;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.core.internal.model.FittedModels;
import ai.tenon.management.BackendInfo;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.Deployments;
import ai.tenon.management.EndpointInfo;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ModelRepository;
import ai.tenon.management.RetiredInfo;
import ai.tenon.model.ModelFormat;
import ai.tenon.optimizer.Recipes;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.event.EventAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The core as OSGi sees it: backends and formats come and go here, and everything else is the
 * reconciler's.
 */
@Component(service = Deployments.class, immediate = true, configurationPid = "ai.tenon.core")
public final class Core implements Deployments {
    private static final Logger LOG = LoggerFactory.getLogger(Core.class);

    private final BundleContext context;
    private final FittedModels models;
    private final Preparer preparer;
    private final Reconciler reconciler;
    private final Map<ServiceReference<Backend>, BackendEntry> entries = new ConcurrentHashMap<>();
    private final SynchronousBundleListener stopping = this::bundleChanged;
    private volatile EventAdmin events;

    @Activate
    public Core(BundleContext context, Settings settings) {
        this.context = context;
        this.models = new FittedModels(isa());
        this.preparer = new Preparer(models, compiled(context));
        this.reconciler = new Reconciler(preparer, new Publisher(context, () -> events), settings);
        reconciler.start();
        context.addBundleListener(stopping);
    }

    /** Where backends may keep what they compiled: below DATA; null where there is none. */
    private static Path compiled(BundleContext context) {
        String data = context.getProperty("ai.tenon.data");
        return data == null ? null : Path.of(data).resolve("cache").resolve("compiled");
    }

    /** What the launcher found of this device's processor. */
    private String isa() {
        return context
                .getBundle(0)
                .adapt(BundleWiring.class)
                .getCapabilities("ai.tenon.cpu")
                .stream()
                .map(cpu -> cpu.getAttributes().get("arch") + " " + cpu.getAttributes().get("isa"))
                .collect(Collectors.joining(";"));
    }

    @Modified
    void modified(Settings settings) {
        reconciler.configure(settings);
    }

    @Deactivate
    void deactivate() {
        context.removeBundleListener(stopping);
        reconciler.stop();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindBackend(ServiceReference<Backend> reference, Backend backend) {
        try {
            BackendEntry entry = new BackendEntry(reference, backend);
            entries.put(reference, entry);
            reconciler.arrived(entry);
        } catch (RuntimeException | Error e) {
            LOG.warn(
                    "A backend of bundle {} does not describe itself and is ignored",
                    reference.getBundle(),
                    e);
        }
    }

    void unbindBackend(ServiceReference<Backend> reference) {
        BackendEntry entry = entries.remove(reference);
        if (entry != null) {
            depart(entry);
            reconciler.gone(entry);
        }
    }

    /**
     * A stopping bundle takes its backends with it; whether this or unbind comes first depends on
     * how it registered them.
     */
    private void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.STOPPING) {
            entries.values().stream()
                    .filter(entry -> entry.bundleId() == event.getBundle().getBundleId())
                    .forEach(this::depart);
        }
    }

    /**
     * Holds whoever stops a backend, within a bound, until its endpoints have moved elsewhere and
     * its calls have returned.
     */
    private void depart(BackendEntry entry) {
        boolean frameworkStops = context.getBundle(0).getState() == Bundle.STOPPING;
        Settings settings = reconciler.settings();
        long bound = settings.departMillis() + settings.drainMillis();
        if (!reconciler.departing(entry, !frameworkStops).await(bound)) {
            LOG.warn(
                    "Backend {} goes while calls still run on it; what they use stays until the last returns",
                    entry);
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindFormat(ModelFormat format) {
        models.addFormat(format);
    }

    void unbindFormat(ModelFormat format) {
        models.removeFormat(format);
    }

    /** A small gateway serves models as they are, and has nobody who applies recipes. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindRecipes(Recipes recipes) {
        models.addRecipes(recipes);
    }

    void unbindRecipes(Recipes recipes) {
        models.removeRecipes(recipes);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindRepository(ModelRepository repository) {
        models.addRepository(repository);
    }

    void unbindRepository(ModelRepository repository) {
        models.removeRepository(repository);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindEvents(EventAdmin admin) {
        events = admin;
    }

    void unbindEvents(EventAdmin admin) {
        if (events == admin) {
            events = null;
        }
    }

    @Override
    public List<EndpointInfo> endpoints() {
        return reconciler.endpointInfos();
    }

    @Override
    public List<BackendInfo> backends() {
        return reconciler.backendInfos();
    }

    @Override
    public List<RetiredInfo> retired() {
        return reconciler.retired();
    }

    @Override
    public void restore(Collection<DeploymentSpec> desired) {
        reconciler.restore(desired);
    }

    @Override
    public Prepared prepare(
            Collection<DeploymentSpec> target, Set<Long> leaving, CompileMonitor monitor)
            throws ManagementException {
        return PreparedChange.prepare(reconciler, preparer, target, leaving, monitor);
    }
}
