package ai.tenon.core.it.backend;

import ai.tenon.backend.Backend;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Registers a {@link TestBackend} under the name in the manifest's {@code Test-Name}. */
public final class Activator implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        Map<String, String> headers = new HashMap<>();
        for (String key : Collections.list(context.getBundle().getHeaders().keys())) {
            headers.put(key, context.getBundle().getHeaders().get(key));
        }
        context.registerService(
                Backend.class, new TestBackend(headers.get("Test-Name"), headers), null);
    }

    @Override
    public void stop(BundleContext context) {}
}
