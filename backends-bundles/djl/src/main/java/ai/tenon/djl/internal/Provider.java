package ai.tenon.djl.internal;

import ai.djl.engine.Engine;
import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.condition.Condition;

/**
 * Loads DJL's ONNX Runtime engine with the settings of an edge device and then says so with the
 * condition {@code ai.tenon.djl}. Users of DJL refer to that condition, so that nobody touches DJL
 * before the settings are in force.
 */
@Component(service = {})
@Capability(
        namespace = "osgi.service",
        attribute = {
            "objectClass:List<String>=org.osgi.service.condition.Condition",
            "osgi.condition.id=ai.tenon.djl"
        },
        effective = "active")
public final class Provider {
    private static final String CONDITION = "ai.tenon.djl";
    private static final String ENGINE = "OnnxRuntime";

    private final ServiceRegistration<Condition> ready;

    @Activate
    public Provider(
            BundleContext context,
            @Reference(target = "(osgi.condition.id=ai.tenon.onnxruntime)") Condition onnxRuntime) {
        Settings.apply(context.getDataFile("cache").toPath());
        Engine engine = loadEngine();
        ready =
                context.registerService(
                        Condition.class,
                        Condition.INSTANCE,
                        FrameworkUtil.asDictionary(
                                Map.of(
                                        Condition.CONDITION_ID,
                                        CONDITION,
                                        "version",
                                        Engine.getDjlVersion(),
                                        "engine",
                                        engine.getEngineName())));
    }

    /**
     * DJL looks for engines with the context class loader, once, when {@code Engine} is loaded, and
     * then creates ONNX Runtime's environment.
     *
     * @throws IllegalStateException if somebody else has created that already
     */
    private static Engine loadEngine() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Provider.class.getClassLoader());
        try {
            return Engine.getEngine(ENGINE);
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "DJL's engine cannot be loaded: it has to be the first user of ONNX Runtime in"
                            + " this process; restart with DJL installed",
                    e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Deactivate
    void deactivate() {
        ready.unregister();
    }
}
