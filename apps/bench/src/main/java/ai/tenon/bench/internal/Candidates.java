package ai.tenon.bench.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.SupportReport;
import ai.tenon.inference.Endpoint;
import ai.tenon.inference.EndpointState;
import ai.tenon.inference.InferenceException;
import ai.tenon.management.BackendRef;
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
    private static final String THROUGH_ENDPOINT = "+endpoint";
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

    /** Compiles a candidate, {@code name[@version][+endpoint]}. */
    void open(String name) throws ManagementException, InterruptedException {
        boolean endpoint = name.endsWith(THROUGH_ENDPOINT);
        String reference =
                endpoint ? name.substring(0, name.length() - THROUGH_ENDPOINT.length()) : name;
        if (reference.isBlank()) {
            throw new ManagementException(
                    Kind.INVALID,
                    "'" + name + "' names no backend; write name[@version][+endpoint]");
        }
        KnownBackend backend = room.backend(BackendRef.parse(reference));
        try {
            opened.add(endpoint ? endpoint(name, backend) : executable(name, backend));
        } catch (BackendException | InferenceException e) {
            throw new ManagementException(Kind.FAILED, name + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ManagementException(Kind.INVALID, name + ": " + e.getMessage(), e);
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

    private Candidate executable(String name, KnownBackend backend)
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
        return new ExecutableCandidate(name, backend, source, threads, shapes);
    }

    private Candidate endpoint(String name, KnownBackend backend)
            throws ManagementException, InferenceException, InterruptedException {
        Map<String, String> settings = new TreeMap<>(shapes);
        settings.put("threads", Integer.toString(threads));
        settings.put("contexts", "1");
        String endpoint = "bench-" + deployed.size();
        deployed.add(
                new DeploymentSpec(
                        endpoint, model, Recipe.NONE, backend.reference(), true, settings));
        room.deployments().restore(deployed);
        return new EndpointCandidate(
                name, backend.version().toString(), serving(name, endpoint), settings);
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
