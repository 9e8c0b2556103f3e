package ai.tenon.semantic.search.internal;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.inference.Endpoint;
import ai.tenon.management.BackendInfo;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.Deployments;
import ai.tenon.management.EndpointInfo;
import ai.tenon.management.RetiredInfo;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Deployments of one endpoint, whose model's hash a test may change. */
final class SingleEndpoint implements Deployments {
    volatile String modelSha256 = "first";
    private final Endpoint endpoint;

    SingleEndpoint(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public List<EndpointInfo> endpoints() {
        return List.of(
                new EndpointInfo(
                        endpoint.name(),
                        endpoint.state(),
                        "model.onnx",
                        modelSha256,
                        "oracle@1",
                        "",
                        "",
                        "",
                        "",
                        0,
                        0,
                        0));
    }

    @Override
    public List<BackendInfo> backends() {
        return List.of();
    }

    @Override
    public List<RetiredInfo> retired() {
        return List.of();
    }

    @Override
    public void restore(Collection<DeploymentSpec> desired) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Prepared prepare(
            Collection<DeploymentSpec> target, Set<Long> leaving, CompileMonitor monitor) {
        throw new UnsupportedOperationException();
    }
}
