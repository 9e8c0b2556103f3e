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

    /** Compiles a candidate; see {@link CandidateName}. */
    void open(String text) throws ManagementException, InterruptedException {
        CandidateName name = CandidateName.parse(text);
        if (name.model() == null && model == null) {
            throw new ManagementException(
                    Kind.INVALID,
                    "'" + text + "' has no model; name one, or write :FILE behind it");
        }
        KnownBackend backend = room.backend(name.backend());
        try {
            ModelVersion own = name.model() == null ? model : ModelFiles.version(name.model());
            Map<String, String> settings = new TreeMap<>(shapes);
            settings.putAll(name.settings());
            opened.add(
                    name.endpoint()
                            ? endpoint(name.label(), backend, own, settings)
                            : executable(name.label(), backend, own, settings));
        } catch (BackendException | InferenceException e) {
            throw new ManagementException(Kind.FAILED, text + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ManagementException(Kind.INVALID, text + ": " + e.getMessage(), e);
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
            throw new ManagementException(
                    Kind.FAILED,
                    opened.get(e.index()).name() + " failed: " + e.getMessage(),
                    e.getCause());
        }
    }

    private Candidate executable(
            String name, KnownBackend backend, ModelVersion model, Map<String, String> settings)
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
                    name + " does not run " + model.fileName() + ": " + support.reasons().get(0));
        }
        return new ExecutableCandidate(name, backend, source, threads, settings);
    }

    private Candidate endpoint(
            String name, KnownBackend backend, ModelVersion model, Map<String, String> own)
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
                name,
                backend.version().toString(),
                backend.backend().description().device(),
                serving(name, endpoint),
                shapes);
    }

    private Endpoint serving(String name, String endpoint)
            throws ManagementException, InterruptedException {
        Deployments deployments = room.deployments();
        while (true) {
            EndpointInfo info =
                    deployments.endpoints().stream()
                            .filter(candidate -> candidate.name().equals(endpoint))
                            .findFirst()
                            .orElse(null);
            if (info != null && info.state() == EndpointState.UNAVAILABLE) {
                throw new ManagementException(Kind.FAILED, name + ": " + info.reason());
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
