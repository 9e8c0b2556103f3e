package ai.tenon.http.internal.server;

import ai.tenon.device.DeviceDescription;
import ai.tenon.http.internal.Limits;
import ai.tenon.http.internal.inference.ModelRoutes;
import ai.tenon.http.internal.inference.ServedModels;
import ai.tenon.http.internal.management.Changes;
import ai.tenon.http.internal.management.ManagementRoutes;
import ai.tenon.http.internal.management.RepositoryRoutes;
import ai.tenon.http.internal.web.Access;
import ai.tenon.http.internal.web.Bodies;
import ai.tenon.http.internal.web.Current;
import ai.tenon.http.internal.web.GatewayRoutes;
import ai.tenon.http.internal.web.Guard;
import ai.tenon.http.internal.web.Json;
import ai.tenon.http.internal.web.Router;
import ai.tenon.inference.Endpoint;
import ai.tenon.management.ModelRepository;
import ai.tenon.management.Operations;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ManagedServiceFactory;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.condition.Condition;
import org.osgi.service.servlet.whiteboard.HttpWhiteboardConstants;
import org.osgi.service.servlet.whiteboard.Preprocessor;
import org.osgi.service.servlet.whiteboard.annotations.RequireHttpWhiteboard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way in over HTTP: puts the routes behind the guard, lets the server listen, says where. */
@RequireHttpWhiteboard
@Component(
        service = {},
        immediate = true,
        configurationPid = "ai.tenon.http")
public final class HttpGateway {
    private static final Logger LOG = LoggerFactory.getLogger(HttpGateway.class);

    private final BundleContext context;
    private final Settings settings;
    private final Current<Operations> operations = new Current<>("management");
    private final Current<ModelRepository> repository = new Current<>("model repository");
    private final Current<DeviceDescription> device = new Current<>("device description");
    private final ServedModels models = new ServedModels();
    private final GatewayRoutes gateway;
    private final RunFolder run;
    private final Json json;
    private final JettyServer server;
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

    /**
     * @param servers Felix HTTP's
     * @throws IOException if the data folder cannot be used
     */
    @Activate
    public HttpGateway(
            BundleContext context,
            Settings settings,
            @Reference(target = "(service.pid=org.apache.felix.http)")
                    ManagedServiceFactory servers)
            throws IOException {
        this.context = context;
        this.settings = settings;
        this.run = new RunFolder(Path.of(property("ai.tenon.data")));
        this.json = new Json(settings.inferBytes());
        this.gateway = new GatewayRoutes(property("ai.tenon.version"));
        this.server = new JettyServer(servers);
    }

    /**
     * Listens when it returns; what is there of endpoints and services has been bound before. If it
     * cannot, it says so in one sentence: throwing would make SCR add a page of its own stack.
     */
    @Activate
    void activate() throws IOException {
        try {
            register(Preprocessor.class, new Guard(hosts(), json.objects()), Map.of());
            register(
                    Servlet.class,
                    router(new Access(run.token())),
                    Map.of(HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_PATTERN, "/"));
            String address = "http://" + literal() + ":" + server.start(context, settings, port());
            run.announce(
                    json.objects(),
                    new RunFolder.Announcement(
                            address,
                            ProcessHandle.current().pid(),
                            property("ai.tenon.profile"),
                            property("ai.tenon.version")));
            LOG.info("Listening at {}", address);
        } catch (IOException e) {
            LOG.error("No way in over HTTP: {}", e.getMessage());
            deactivate();
        }
    }

    @Deactivate
    void deactivate() throws IOException {
        run.retract();
        server.stop();
        registrations.forEach(ServiceRegistration::unregister);
        registrations.clear();
    }

    private Router router(Access access) {
        Limits limits = limits();
        Changes changes = new Changes(operations, access, limits);
        Bodies bodies = new Bodies(json.objects(), limits);
        return new Router(
                json.objects(),
                List.of(
                        gateway,
                        new ModelRoutes(models, json.streams(), limits),
                        new RepositoryRoutes(changes, bodies),
                        new ManagementRoutes(changes, repository, device, bodies, json.objects())));
    }

    private <S> void register(Class<S> type, S service, Map<String, Object> properties) {
        registrations.add(
                context.registerService(type, service, FrameworkUtil.asDictionary(properties)));
    }

    private String property(String name) throws IOException {
        String value = context.getProperty(name);
        if (value == null) {
            throw new IOException("the framework property " + name + " is not set");
        }
        return value;
    }

    private int port() throws IOException {
        String wanted = context.getProperty("ai.tenon.http.port");
        try {
            int port = wanted == null ? settings.port() : Integer.parseInt(wanted);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IOException("'" + wanted + "' is no port; it must be 0 to 65535");
    }

    /** The host as it stands in an address. */
    private String literal() {
        return settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    }

    private Set<String> hosts() {
        Set<String> hosts = new HashSet<>();
        hosts.add(literal().toLowerCase(Locale.ROOT));
        for (String host : settings.hosts()) {
            hosts.add(host.toLowerCase(Locale.ROOT));
        }
        return hosts;
    }

    private Limits limits() {
        return new Limits(
                settings.threads(),
                settings.inferBytes(),
                settings.managementBytes(),
                settings.bufferBytes(),
                settings.elements(),
                settings.rank(),
                settings.bodyMillis(),
                settings.waitSeconds());
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addEndpoint(Endpoint endpoint) {
        models.add(endpoint);
    }

    void removeEndpoint(Endpoint endpoint) {
        models.remove(endpoint);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setOperations(Operations operations) {
        this.operations.set(operations);
    }

    void unsetOperations(Operations operations) {
        this.operations.unset(operations);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setRepository(ModelRepository repository) {
        this.repository.set(repository);
    }

    void unsetRepository(ModelRepository repository) {
        this.repository.unset(repository);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setDevice(DeviceDescription device) {
        this.device.set(device);
    }

    void unsetDevice(DeviceDescription device) {
        this.device.unset(device);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            target = "(osgi.condition.id=ai.tenon.ready)")
    void addReady(Condition condition) {
        gateway.ready(1);
    }

    void removeReady(Condition condition) {
        gateway.ready(-1);
    }
}
