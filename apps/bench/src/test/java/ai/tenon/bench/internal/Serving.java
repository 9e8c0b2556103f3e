package ai.tenon.bench.internal;

import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.inference.Call;
import ai.tenon.inference.Endpoint;
import ai.tenon.inference.EndpointState;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.Deployments;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A core whose endpoints serve at once and answer nothing; counts what happens to them. */
final class Serving {
    final List<DeploymentSpec> deployed = new ArrayList<>();
    List<DeploymentSpec> desired = List.of();
    long[] shape;
    int runs;
    int openCalls;
    private final Room room;

    Serving(Room room) {
        this.room = room;
        room.bindDeployments(answering(Deployments.class, this::deployments));
    }

    private Object deployments(Object proxy, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "endpoints" -> List.of();
            case "restore" -> restore((Collection<?>) arguments[0]);
            default -> throw new UnsupportedOperationException(method.getName());
        };
    }

    private Object restore(Collection<?> wanted) {
        desired = wanted.stream().map(DeploymentSpec.class::cast).toList();
        deployed.addAll(desired);
        for (DeploymentSpec spec : desired) {
            room.bindEndpoint(
                    answering(
                            Endpoint.class,
                            (proxy, method, none) -> endpoint(method.getName(), spec)));
        }
        return null;
    }

    private Object endpoint(String method, DeploymentSpec spec) {
        return switch (method) {
            case "name" -> spec.name();
            case "state" -> EndpointState.SERVING;
            case "signature" -> {
                TensorSpec x = TensorSpec.of("x", DataType.FLOAT, Shape.of(-1, -1));
                yield new Signature(List.of(x), List.of(x));
            }
            case "newCall" -> {
                openCalls++;
                yield answering(
                        Call.class,
                        (proxy, called, arguments) -> call(proxy, called.getName(), arguments));
            }
            default -> throw new UnsupportedOperationException(method);
        };
    }

    private Object call(Object proxy, String method, Object[] arguments) {
        switch (method) {
            case "input" -> {
                shape = ((Tensor) arguments[1]).shape();
                return proxy;
            }
            case "run" -> runs++;
            case "close" -> openCalls--;
            case "release" -> {}
            default -> throw new UnsupportedOperationException(method);
        }
        return null;
    }

    private static <T> T answering(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
