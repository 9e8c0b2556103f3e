package ai.tenon.core.internal;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.core.internal.GoldenCheck.Golden;
import ai.tenon.core.internal.Managed.Job;
import ai.tenon.core.internal.Preparer.NotPrepared;
import ai.tenon.core.internal.Preparer.Ready;
import ai.tenon.inference.EndpointState;
import ai.tenon.management.BackendInfo;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.EndpointInfo;
import ai.tenon.management.RetiredInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what is served what should be served. One thread owns the state ({@link EventLoop});
 * preparing, draining and freeing happen on workers that report back to it.
 */
final class Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    private final EventLoop loop = new EventLoop("tenon-reconciler", this::afterEvent);
    private final ExecutorService workers =
            Executors.newCachedThreadPool(work -> daemon("tenon-worker", work));
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, work -> daemon("tenon-timer", work));
    private final Preparer preparer;
    private final Publisher publisher;
    private final Retirements retirements;
    private volatile Settings settings;

    // owned by the loop's thread
    private final Map<String, Managed> endpoints = new TreeMap<>();
    private final List<BackendEntry> backends = new ArrayList<>();
    private final List<Departure> departures = new ArrayList<>();
    private final Deque<Managed> toRestore = new ArrayDeque<>();
    private boolean restored;
    private boolean shutDown;

    private volatile boolean stopped;

    Reconciler(Preparer preparer, Publisher publisher, Settings settings) {
        this.preparer = preparer;
        this.publisher = publisher;
        this.retirements = new Retirements(workers, publisher, loop);
        this.settings = settings;
        // a cancelled task would keep the backend that it is about, and so its class loader
        timer.setRemoveOnCancelPolicy(true);
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    void start() {
        loop.start();
    }

    Settings settings() {
        return settings;
    }

    void configure(Settings newSettings) {
        settings = newSettings;
        loop.enqueue(
                () -> {
                    endpoints
                            .values()
                            .forEach(m -> m.endpoint.setDefaultTimeoutNanos(timeoutNanos()));
                    placeAgain();
                });
    }

    private void placeAgain() {
        endpoints.values().forEach(Managed::placeAgain);
        endpoints.values().forEach(this::evaluate);
    }

    private long timeoutNanos() {
        return TimeUnit.MILLISECONDS.toNanos(settings.timeoutMillis());
    }

    private Preference preference() {
        return new Preference(List.of(settings.backends()), settings.placement());
    }

    // ---- backends come and go

    void arrived(BackendEntry entry) {
        loop.enqueue(
                () -> {
                    backends.add(entry);
                    LOG.info("Backend {} is here, on {}", entry, entry.description().device());
                    endpoints.values().stream()
                            .filter(m -> m.endpoint.current() == null)
                            .forEach(
                                    m -> {
                                        m.placeAgain();
                                        evaluate(m);
                                    });
                });
        timer.schedule(
                () -> loop.enqueue(this::placeAgain),
                settings.adoptMillis(),
                TimeUnit.MILLISECONDS);
    }

    /**
     * Moves everything away from a backend that is going. To be waited for by whoever makes it go.
     *
     * @param migrate false when the whole framework stops: nothing moves then
     */
    Departure departing(BackendEntry entry, boolean migrate) {
        Departure departure = new Departure(entry);
        entry.leave();
        if (stopped) {
            departure.complete();
            return departure;
        }
        loop.overtake(
                () -> {
                    departures.add(departure);
                    for (Managed m : endpoints.values()) {
                        if (m.job != null && m.job.choice.contains(entry)) {
                            m.cancelJob();
                        }
                        if (migrate) {
                            evaluate(m);
                        } else if (isOn(m, entry)) {
                            retirements.start(
                                    m.endpoint.close(
                                            EndpointState.UNAVAILABLE, "the gateway stops"));
                        }
                    }
                });
        departure.boundBy(
                timer.schedule(
                        () -> loop.overtake(() -> evict(entry)),
                        settings.departMillis(),
                        TimeUnit.MILLISECONDS));
        return departure;
    }

    void gone(BackendEntry entry) {
        loop.enqueue(
                () -> {
                    backends.remove(entry);
                    endpoints.values().forEach(m -> m.forget(entry));
                    LOG.info("Backend {} is gone", entry);
                });
    }

    /** The time for moving away is over. */
    private void evict(BackendEntry entry) {
        for (Managed m : endpoints.values()) {
            if (isOn(m, entry)) {
                unavailable(m, "its backend " + entry + " stopped before another one was ready");
            }
        }
    }

    private static boolean isOn(Managed m, BackendEntry entry) {
        return m.endpoint.current() != null && m.endpoint.current().isOn(entry);
    }

    // ---- what should be served

    /** See {@link ai.tenon.management.Deployments#restore}. */
    void restore(Collection<DeploymentSpec> desired) {
        loop.ask(
                () -> {
                    desire(desired);
                    toRestore.addAll(endpoints.values());
                    restored = true;
                    restoreNext();
                    return null;
                });
    }

    /** One after the other, so that a start is no storm. */
    private void restoreNext() {
        while (!toRestore.isEmpty() && endpoints.values().stream().allMatch(m -> m.job == null)) {
            evaluate(toRestore.poll());
        }
    }

    /**
     * Makes the endpoints those of {@code desired}, without deploying anything yet; returns what
     * retires by it.
     */
    List<Retirement> desire(Collection<DeploymentSpec> desired) {
        List<Retirement> retired = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (DeploymentSpec spec : desired) {
            names.add(spec.name());
            Managed m = endpoints.computeIfAbsent(spec.name(), name -> open(spec));
            m.desire(spec);
            if (!spec.loaded()) {
                retire(
                        m.endpoint.close(
                                EndpointState.UNLOADED, "it was unloaded; load it to use it"),
                        retired);
                changed(m);
            }
        }
        for (Managed m : List.copyOf(endpoints.values())) {
            if (!names.contains(m.desired.name())) {
                close(m, "it was removed", retired);
            }
        }
        return retired;
    }

    private Managed open(DeploymentSpec spec) {
        ManagedEndpoint endpoint =
                new ManagedEndpoint(
                        spec.name(),
                        timeoutNanos(),
                        (broken, why) -> broken(spec.name(), broken, why));
        return new Managed(endpoint, publisher.register(endpoint), spec);
    }

    private void close(Managed m, String because, List<Retirement> retired) {
        m.cancelJob();
        endpoints.remove(m.desired.name());
        toRestore.remove(m);
        m.registration.unregister();
        retire(m.endpoint.close(EndpointState.UNAVAILABLE, because), retired);
        changed(m);
    }

    /** A backend that passed its check and fails call after call is no longer the best there is. */
    private void broken(String name, Deployment deployment, String why) {
        loop.enqueue(
                () -> {
                    Managed m = endpoints.get(name);
                    if (m != null && m.endpoint.current() == deployment) {
                        BackendEntry culprit = deployment.culprit();
                        LOG.warn("Endpoint {}: {}: {}", name, culprit, why);
                        m.failures.put(culprit, culprit + ": " + why);
                        m.endpoint.note(m.failures.get(culprit));
                        evaluate(m);
                    }
                });
    }

    /** Brings an endpoint one step nearer to what it should be. */
    void evaluate(Managed m) {
        if (shutDown
                || m.job != null
                || !m.desired.loaded()
                || endpoints.get(m.desired.name()) != m) {
            return;
        }
        Deployment current = m.endpoint.current();
        List<BackendEntry> candidates =
                preference().order(m.desired.pin(), backends).stream()
                        .filter(entry -> !m.failures.containsKey(entry))
                        .toList();
        if (!candidates.isEmpty()) {
            List<BackendEntry> choice = preference().among(m.desired, candidates);
            if (current != null && current.serves(m.desired) && current.isPlacedFor(choice)) {
                noteFallback(m, choice.get(0));
            } else {
                prepare(m, choice);
            }
        } else if (current == null || current.isLeaving()) {
            unavailable(
                    m,
                    m.failures.isEmpty() ? nothingHere(m) : String.join("; ", m.failures.values()));
        }
    }

    private String nothingHere(Managed m) {
        return "no backend of the preference list "
                + preference().names()
                + (m.desired.pin() == null ? "" : " or " + m.desired.pin())
                + " is here; install one, or swap to one that is";
    }

    /** A pin that cannot be kept is not kept in silence. */
    private void noteFallback(Managed m, BackendEntry serving) {
        if (m.desired.pin() != null && !serving.matches(m.desired.pin())) {
            m.endpoint.note(
                    "pinned to "
                            + m.desired.pin()
                            + ", which cannot serve now; served by "
                            + serving
                            + " meanwhile");
        } else if (!m.failures.isEmpty()) {
            m.endpoint.note(String.join("; ", m.failures.values()));
        }
    }

    private void prepare(Managed m, List<BackendEntry> choice) {
        Job job = new Job(m.desired, choice);
        Golden golden = m.golden;
        m.job = job;
        workers.execute(
                () -> {
                    try {
                        CompileMonitor monitor =
                                new CompileMonitor((step, done) -> {}, () -> job.cancelled);
                        Ready ready = preparer.prepare(job.spec, choice, golden, settings, monitor);
                        loop.enqueue(() -> prepared(m, job, ready));
                    } catch (NotPrepared e) {
                        loop.enqueue(() -> notPrepared(m, job, e));
                    } catch (Throwable e) {
                        // an endpoint whose job vanishes would wait for ever
                        NotPrepared failure = NotPrepared.by(choice.get(0), e);
                        loop.enqueue(() -> notPrepared(m, job, failure));
                        throw e;
                    }
                });
    }

    private void prepared(Managed m, Job job, Ready ready) {
        if (m.job != job || shutDown || ready.deployment().isLeaving()) {
            retirements.start(ready.deployment());
        } else {
            m.job = null;
            switchTo(m, ready, new ArrayList<>());
        }
        settle(m, job);
    }

    private void notPrepared(Managed m, Job job, NotPrepared failure) {
        if (m.job == job) {
            LOG.warn(
                    "Endpoint {} could not be served by {}",
                    m.desired.name(),
                    failure.getMessage());
            m.failed(failure);
            m.endpoint.note(failure.getMessage());
        }
        settle(m, job);
    }

    private void settle(Managed m, Job job) {
        if (m.job == job) {
            m.job = null;
        }
        evaluate(m);
        restoreNext();
    }

    /** Lets a prepared deployment answer from now on. */
    void switchTo(Managed m, Ready ready, List<Retirement> retired) {
        m.golden = ready.golden();
        retire(m.endpoint.switchTo(ready.deployment()), retired);
        LOG.info(
                "Endpoint {} is served by {} ({}) {}",
                m.desired.name(),
                ready.deployment().label(),
                ready.deployment().check(),
                ready.deployment().placement());
        changed(m);
    }

    private void unavailable(Managed m, String reason) {
        boolean news = m.endpoint.state() != EndpointState.UNAVAILABLE;
        retire(m.endpoint.close(EndpointState.UNAVAILABLE, reason), new ArrayList<>());
        if (news) {
            LOG.warn("Endpoint {} is unavailable: {}", m.desired.name(), reason);
            changed(m);
        }
    }

    private void retire(Deployment old, List<Retirement> collected) {
        if (old != null) {
            collected.add(retirements.start(old));
        }
    }

    private void changed(Managed m) {
        publisher.changed(m.endpoint, m.endpoint.reason());
    }

    private void afterEvent() {
        departures.removeIf(
                departure -> {
                    boolean used =
                            endpoints.values().stream().anyMatch(m -> isOn(m, departure.backend()))
                                    || retirements.use(departure.backend());
                    if (!used) {
                        departure.complete();
                    }
                    return !used;
                });
        publisher.ready(
                restored
                        && !shutDown
                        && toRestore.isEmpty()
                        && endpoints.values().stream()
                                .allMatch(
                                        m ->
                                                !m.desired.loaded()
                                                        || m.endpoint.state()
                                                                == EndpointState.SERVING));
    }

    // ---- for those who change or look

    /** Runs on the loop's thread, with the state at hand. */
    <T> T ask(java.util.function.Function<Reconciler, T> question) {
        return loop.ask(() -> question.apply(this));
    }

    Managed endpoint(String name) {
        return endpoints.get(name);
    }

    Collection<BackendEntry> here() {
        return backends;
    }

    Preference preferred() {
        return preference();
    }

    /** Throws away a deployment that was prepared in vain. */
    void discard(Deployment deployment) {
        retirements.start(deployment);
    }

    List<EndpointInfo> endpointInfos() {
        return loop.ask(() -> endpoints.values().stream().map(Views::endpoint).toList());
    }

    List<BackendInfo> backendInfos() {
        return loop.ask(() -> Views.backends(backends, preference(), endpoints.values()));
    }

    List<RetiredInfo> retired() {
        return retirements.states();
    }

    /** Takes everything down; waits, bounded, for calls that still run. */
    void stop() {
        List<Retirement> last =
                loop.ask(
                        () -> {
                            shutDown = true;
                            List<Retirement> retired = new ArrayList<>();
                            List.copyOf(endpoints.values())
                                    .forEach(m -> close(m, "the gateway stops", retired));
                            return retired;
                        });
        last.forEach(retirement -> retirement.await(settings.drainMillis()));
        stopped = true;
        loop.stop();
        timer.shutdownNow();
        workers.shutdown();
    }
}
