package ai.tenon.onnxruntime.internal;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.util.Map;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.condition.Condition;

/**
 * Owns the process's one ONNX Runtime environment and says so with the condition {@code
 * ai.tenon.onnxruntime}.
 *
 * <p>The environment is created here, so that its settings do not depend on which user came first.
 * It is never closed: ONNX Runtime keeps it until the process ends.
 */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
public final class Provider implements BundleActivator {
    private static final String CONDITION = "ai.tenon.onnxruntime";

    @Override
    public void start(BundleContext context) throws BundleException {
        String version = load();
        context.registerService(
                Condition.class,
                Condition.INSTANCE,
                FrameworkUtil.asDictionary(
                        Map.of(Condition.CONDITION_ID, CONDITION, "version", version)));
    }

    private static String load() throws BundleException {
        try {
            return OrtEnvironment.getEnvironment(
                            OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, "tenon")
                    .getVersion();
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
        // The framework withdraws the condition; the environment stays for the life of the process.
    }
}
