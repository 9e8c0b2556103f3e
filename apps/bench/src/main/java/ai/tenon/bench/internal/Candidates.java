package ai.tenon.bench.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.SupportReport;
import ai.tenon.inference.Endpoint;
import ai.tenon.inference.EndpointState;
import ai.tenon.inference.InferenceException;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.Deployments;
import ai.tenon.management.EndpointInfo;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.measurement.Stopwatch;
import ai.tenon.measurement.Timings;
import ai.tenon.model.ModelVersion;
import ai.tenon.model.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The candidates of one measurement, compiled and ready; closing it frees them all. */
final class Candidates implements AutoCloseable {
    private static final long PAUSE_MILLIS = 10;

    private final Room room;
    private final ModelVersion model;
    private final int threads;
    private final Map<String, String> shapes = new TreeMap<>();
    private final List<DeploymentSpec> deployed = new ArrayList<>();
    private final List<Candidate> opened = new ArrayList<>();

    /**
     * @param shapes by input, as in {@code 1x128}
     */
    Candidates(Room room, ModelVersion model, int threads, Map<String, String> shapes) {
        this.room = room;
        this.model = model;
        this.threads = threads;
        shapes.forEach((input, shape) -> this.shapes.put("shape." + input, shape));
    }

    /** All that were opened. */
    List<Candidate> all() {
        return opened;
    }

    /**
     * Compiles candidates.
     *
     * @param texts see {@link CandidateName}
     * @param progress told in words what is being done
     */
    void open(List<String> texts, Consumer<String> progress)
            throws ManagementException, InterruptedException {
        Map<String, CandidateName> names = new LineUp(texts, model != null).labelled();
        for (Map.Entry<String, CandidateName> name : names.entrySet()) {
            progress.accept("compiling for " + name.getKey());
            open(name.getKey(), name.getValue());
        }
    }

    private void open(String label, CandidateName name)
            throws ManagementException, InterruptedException {
        KnownBackend backend = room.backend(name.backend());
        try {
            ModelVersion own = name.model() == null ? model : ModelFiles.version(name.model());
            Map<String, String> settings = new TreeMap<>(shapes);
            settings.putAll(name.settings());
            opened.add(
                    name.endpoint()
                            ? endpoint(label, backend, own, settings)
                            : executable(label, backend, own, settings));
        } catch (BackendException | InferenceException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new ManagementException(Kind.FAILED, label + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ManagementException(Kind.INVALID, label + ": " + e.getMessage(), e);
        }
    }

    /** Measures all that were opened. */
    Timings measure(Stopwatch stopwatch, Stopwatch.Effort effort)
            throws ManagementException, InterruptedException {
        try {
            Timings timings =
                    stopwatch.measure(opened, effort, Thread.currentThread()::isInterrupted);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return timings;
        } catch (Stopwatch.CandidateException e) {
            throw failed(opened.get(e.index()), (Exception) e.getCause());
        }
    }

    /** Cores that this process keeps busy behind a run, by candidate. */
    double[] busyCoresAfter() throws ManagementException, InterruptedException {
        Aftermath aftermath = new Aftermath(new Aftermath.Time());
        double[] cores = new double[opened.size()];
        for (int i = 0; i < cores.length; i++) {
            try {
                cores[i] = aftermath.busyCores(opened.get(i));
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw failed(opened.get(i), e);
            }
        }
        return cores;
    }

    private static ManagementException failed(Candidate candidate, Exception cause) {
        return new ManagementException(
                Kind.FAILED,
                candidate.identity().label() + " failed: " + cause.getMessage(),
                cause);
    }

    private Candidate executable(
            String label, KnownBackend backend, ModelVersion model, Map<String, String> settings)
            throws BackendException, ManagementException {
        ModelSource source =
                ModelSource.ofFile(
                        model.fileName(),
                        model.sha256(),
                        model.file(),
                        room.format(model.fileName()));
        SupportReport support = backend.backend().support(source);
        if (!support.isComplete()) {
            throw new ManagementException(
                    Kind.INVALID,
                    label + " does not run " + model.fileName() + ": " + support.reasons().get(0));
        }
        return new ExecutableCandidate(
                Identity.of(label, backend), backend.backend(), source, threads, settings);
    }

    private Candidate endpoint(
            String label, KnownBackend backend, ModelVersion model, Map<String, String> own)
            throws ManagementException, InferenceException, InterruptedException {
        Map<String, String> settings = new TreeMap<>(own);
        settings.put("threads", Integer.toString(threads));
        settings.put("contexts", "1");
        String endpoint = "bench-" + deployed.size();
        deployed.add(
                new DeploymentSpec(
                        endpoint, model, Recipe.NONE, backend.reference(), true, settings));
        room.deployments().restore(deployed);
        return new EndpointCandidate(
                Identity.of(label, backend), serving(label, endpoint), settings);
    }

    private Endpoint serving(String label, String endpoint)
            throws ManagementException, InterruptedException {
        Deployments deployments = room.deployments();
        while (true) {
            EndpointInfo info =
                    deployments.endpoints().stream()
                            .filter(candidate -> candidate.name().equals(endpoint))
                            .findFirst()
                            .orElse(null);
            if (info != null && info.state() == EndpointState.UNAVAILABLE) {
                throw new ManagementException(Kind.FAILED, label + ": " + info.reason());
            }
            Endpoint service = room.endpoint(endpoint).orElse(null);
            if (service != null && service.state() == EndpointState.SERVING) {
                return service;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    @Override
    public void close() {
        opened.forEach(Candidate::close);
        if (!deployed.isEmpty()) {
            try {
                room.deployments().restore(List.of());
            } catch (ManagementException e) {
                // The core is gone, and its endpoints with it.
            }
        }
    }
}
