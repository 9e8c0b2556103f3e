package ai.tenon.http.internal;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Operations that remember what was asked. Those on the endpoint {@code slow} go on until they are
 * cancelled, those on {@code absent} fail, all others succeed at once.
 */
final class TestOperations implements Operations {
    final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Submitted> byId = Collections.synchronizedMap(new LinkedHashMap<>());

    @Override
    public Operation submit(String id, String actor, Request request) throws ManagementException {
        Submitted known = byId.get(id);
        if (known != null && !known.request.equals(request)) {
            throw new ManagementException(
                    ManagementException.Kind.CONFLICT,
                    "id '" + id + "' belongs to another request");
        }
        if (known == null) {
            requests.add(request);
            known = new Submitted(id, actor, request);
            byId.put(id, known);
        }
        return known;
    }

    @Override
    public Optional<Operation> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    @Override
    public List<OperationInfo> recent() {
        return byId.values().stream().map(Submitted::info).toList();
    }

    @Override
    public List<EndpointInfo> endpoints() {
        return List.of(
                endpoint("serves", EndpointState.SERVING, ""),
                endpoint("waits", EndpointState.UNAVAILABLE, "no backend can run it"));
    }

    private static EndpointInfo endpoint(String name, EndpointState state, String reason) {
        return new EndpointInfo(name, state, "m.onnx", "ab", "echo@1", "", "", "", reason, 0, 3, 0);
    }

    @Override
    public List<BackendInfo> backends() {
        return List.of(new BackendInfo("echo", "1", "cpu", 1, false, List.of(), Map.of(), ""));
    }

    @Override
    public List<BundleInfo> bundles() {
        return List.of(new BundleInfo("ai.tenon.http", "0.1.0", "cd", 10, "ACTIVE", false, ""));
    }

    @Override
    public List<RetiredInfo> retired() {
        return List.of(new RetiredInfo("m", "a@1.0.0", RetiredInfo.COLLECTED, 1));
    }

    @Override
    public List<GenerationInfo> generations() {
        return List.of(new GenerationInfo(1, "ef", "distribution", "current", 0, 1, 0));
    }

    @Override
    public GatewayStatus status() {
        return new GatewayStatus(true, "test", "1.2.3", 1, 10, 20);
    }

    private static final class Submitted implements Operation {
        private final String id;
        private final String actor;
        private final Request request;
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile OperationInfo.State state = OperationInfo.State.SUCCEEDED;

        Submitted(String id, String actor, Request request) {
            this.id = id;
            this.actor = actor;
            this.request = request;
            switch (request.subject()) {
                case "slow" -> state = OperationInfo.State.RUNNING;
                case "absent" -> state = OperationInfo.State.FAILED;
                default -> ended.countDown();
            }
        }

        @Override
        public OperationInfo info() {
            boolean failed = state == OperationInfo.State.FAILED;
            return new OperationInfo(
                    id,
                    request.kind(),
                    request.subject(),
                    actor,
                    state,
                    List.of(new OperationInfo.Step("commit", "done", 1)),
                    2,
                    failed ? "there is no endpoint 'absent'" : "",
                    failed ? ManagementException.Kind.NOT_FOUND : null,
                    0,
                    1);
        }

        @Override
        public OperationInfo await(Duration atMost) throws InterruptedException {
            if (state == OperationInfo.State.RUNNING) {
                ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
            }
            return info();
        }

        @Override
        public boolean cancel() {
            if (state != OperationInfo.State.RUNNING) {
                return false;
            }
            state = OperationInfo.State.CANCELLED;
            ended.countDown();
            return true;
        }
    }
}
