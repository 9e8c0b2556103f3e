package ai.tenon.onnxruntime.internal;

import ai.onnxruntime.OrtEnvironment;
import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.condition.Condition;

/**
 * Loads ONNX Runtime's native library and then says so with the condition {@code
 * ai.tenon.onnxruntime}.
 *
 * <p>The environment is left to the first user: DJL's engine insists on creating it itself. It
 * lasts until the process ends, and with it this bundle's class loader, whatever happens to the
 * bundle.
 */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
@Capability(
        namespace = "osgi.service",
        attribute = {
            "objectClass:List<String>=org.osgi.service.condition.Condition",
            "osgi.condition.id=ai.tenon.onnxruntime"
        },
        effective = "active")
public final class Provider implements BundleActivator {
    private static final String CONDITION = "ai.tenon.onnxruntime";

    /** Header with the version of the embedded library. */
    private static final String VERSION = "Tenon-Library-Version";

    @Override
    public void start(BundleContext context) throws BundleException {
        load();
        context.registerService(
                Condition.class,
                Condition.INSTANCE,
                FrameworkUtil.asDictionary(
                        Map.of(
                                Condition.CONDITION_ID,
                                CONDITION,
                                "version",
                                context.getBundle().getHeaders().get(VERSION))));
    }

    private static void load() throws BundleException {
        try {
            OrtEnvironment.getAvailableProviders();
        } catch (LinkageError | RuntimeException e) {
            throw new BundleException(
                    "The native library of ONNX Runtime cannot be loaded on "
                            + System.getProperty("os.name")
                            + " "
                            + System.getProperty("os.arch")
                            + ": "
                            + e,
                    e);
        }
    }

    @Override
    public void stop(BundleContext context) {
        // The framework withdraws the condition; a native library cannot be unloaded.
    }
}
