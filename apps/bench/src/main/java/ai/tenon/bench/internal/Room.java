package ai.tenon.bench.internal;

import ai.tenon.backend.Backend;
import ai.tenon.inference.Endpoint;
import ai.tenon.management.BackendRef;
import ai.tenon.management.Deployments;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.model.ModelFormat;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** What is here to measure with: backends, file formats, the core and its endpoints. */
@Component(service = Room.class)
public final class Room {
    private final Map<ServiceReference<Backend>, KnownBackend> backends = new ConcurrentHashMap<>();
    private final Map<String, ModelFormat> formats = new ConcurrentHashMap<>();
    private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();
    private volatile Deployments deployments;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindBackend(ServiceReference<Backend> reference, Backend backend) {
        backends.put(reference, new KnownBackend(backend, reference.getBundle().getVersion()));
    }

    void unbindBackend(ServiceReference<Backend> reference) {
        backends.remove(reference);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindFormat(ModelFormat format) {
        formats.put(format.name(), format);
    }

    void unbindFormat(ModelFormat format) {
        formats.remove(format.name(), format);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindEndpoint(Endpoint endpoint) {
        endpoints.put(endpoint.name(), endpoint);
    }

    void unbindEndpoint(Endpoint endpoint) {
        endpoints.remove(endpoint.name(), endpoint);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindDeployments(Deployments service) {
        deployments = service;
    }

    void unbindDeployments(Deployments service) {
        if (deployments == service) {
            deployments = null;
        }
    }

    /** The backend that is meant, in its newest version unless one is named. */
    KnownBackend backend(BackendRef wanted) throws ManagementException {
        return backends.values().stream()
                .filter(backend -> backend.answersTo(wanted))
                .max(Comparator.comparing(KnownBackend::version))
                .orElseThrow(
                        () ->
                                new ManagementException(
                                        Kind.NOT_FOUND,
                                        "there is no backend '"
                                                + wanted
                                                + "' here; there are: "
                                                + names()));
    }

    /** The format that reads files of that name. */
    ModelFormat format(String fileName) throws ManagementException {
        return formats.values().stream()
                .filter(format -> format.accepts(fileName))
                .findFirst()
                .orElseThrow(
                        () ->
                                new ManagementException(
                                        Kind.INVALID,
                                        "no bundle here reads models like '"
                                                + fileName
                                                + "'; formats that can be read: "
                                                + String.join(", ", formats.keySet())));
    }

    Deployments deployments() throws ManagementException {
        Deployments service = deployments;
        if (service == null) {
            throw new ManagementException(
                    Kind.FAILED, "measuring an endpoint needs the bundle ai.tenon.core");
        }
        return service;
    }

    Optional<Endpoint> endpoint(String name) {
        return Optional.ofNullable(endpoints.get(name));
    }

    private String names() {
        List<String> names =
                backends.values().stream()
                        .map(backend -> backend.reference().toString())
                        .sorted()
                        .collect(Collectors.toList());
        return names.isEmpty() ? "none" : String.join(", ", names);
    }
}
