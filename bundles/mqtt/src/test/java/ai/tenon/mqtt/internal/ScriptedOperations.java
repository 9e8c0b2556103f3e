package ai.tenon.mqtt.internal;

import ai.tenon.inference.EndpointState;
import ai.tenon.management.BackendInfo;
import ai.tenon.management.BundleInfo;
import ai.tenon.management.EndpointInfo;
import ai.tenon.management.GatewayStatus;
import ai.tenon.management.GenerationInfo;
import ai.tenon.management.ManagementException;
import ai.tenon.management.Operation;
import ai.tenon.management.OperationInfo;
import ai.tenon.management.Operations;
import ai.tenon.management.Request;
import ai.tenon.management.RetiredInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps the promises about ids, executes nothing, and ends changes when a test says so. */
final class ScriptedOperations implements Operations {
    final List<Request> executed = new CopyOnWriteArrayList<>();
    private final Map<String, Scripted> known = new ConcurrentHashMap<>();

    @Override
    public Operation submit(String id, String actor, Request request) throws ManagementException {
        Scripted scripted = known.get(id);
        if (scripted == null) {
            scripted = new Scripted(id, actor, request);
            known.put(id, scripted);
            executed.add(request);
        } else if (!scripted.request.equals(request)) {
            throw new ManagementException(
                    ManagementException.Kind.CONFLICT, "operation " + id + " is another request");
        }
        return scripted;
    }

    void end(String id, OperationInfo.State state, ManagementException.Kind problem) {
        Scripted scripted = known.get(id);
        scripted.problem = problem;
        scripted.state = state;
    }

    private static final class Scripted implements Operation {
        private final String id;
        private final String actor;
        private final Request request;
        private volatile ManagementException.Kind problem;
        private volatile OperationInfo.State state = OperationInfo.State.RUNNING;

        Scripted(String id, String actor, Request request) {
            this.id = id;
            this.actor = actor;
            this.request = request;
        }

        @Override
        public OperationInfo info() {
            return new OperationInfo(
                    id,
                    request.kind(),
                    request.subject(),
                    actor,
                    state,
                    List.of(new OperationInfo.Step("prepare", "compiled", 3)),
                    state == OperationInfo.State.SUCCEEDED ? 7 : 0,
                    problem == null ? "" : "it did not work",
                    problem,
                    1,
                    2);
        }

        @Override
        public OperationInfo await(Duration atMost) {
            throw new UnsupportedOperationException("nobody may wait on the link's thread");
        }

        @Override
        public boolean cancel() {
            return false;
        }
    }

    @Override
    public Optional<Operation> find(String id) {
        return Optional.ofNullable(known.get(id));
    }

    @Override
    public List<OperationInfo> recent() {
        return known.values().stream().map(Scripted::info).toList();
    }

    @Override
    public List<EndpointInfo> endpoints() {
        return List.of(
                new EndpointInfo(
                        "minilm",
                        EndpointState.SERVING,
                        "model.onnx",
                        "abc",
                        "reference@0.1.0",
                        "",
                        "unchecked",
                        "",
                        "",
                        1,
                        2,
                        3));
    }

    @Override
    public List<BackendInfo> backends() {
        return List.of();
    }

    @Override
    public List<BundleInfo> bundles() {
        return List.of();
    }

    @Override
    public List<RetiredInfo> retired() {
        return List.of(new RetiredInfo("m", "a@1.0.0", RetiredInfo.COLLECTED, 1));
    }

    @Override
    public List<GenerationInfo> generations() {
        return List.of();
    }

    @Override
    public GatewayStatus status() {
        return new GatewayStatus(true, "test", "0.1.0", 7, 1, 2);
    }
}
