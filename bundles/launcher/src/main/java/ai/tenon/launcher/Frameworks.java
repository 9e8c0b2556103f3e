package ai.tenon.launcher;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** Makes the framework on the class path. */
final class Frameworks {
    private Frameworks() {}

    /**
     * An initialized framework, no bundle of which runs yet.
     *
     * @param say takes a sentence for each thing that goes wrong inside
     */
    static Framework create(Map<String, String> properties, boolean verbose, Consumer<String> say)
            throws BundleException {
        FrameworkFactory factory =
                ServiceLoader.load(FrameworkFactory.class)
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new BundleException(
                                                "there is no OSGi framework on the class path; lib"
                                                        + " of the distribution should hold one"));
        Framework framework = factory.newFramework(properties);
        framework.init(event -> tell(event, verbose, say));
        return framework;
    }

    private static void tell(FrameworkEvent event, boolean verbose, Consumer<String> say) {
        if (event.getType() != FrameworkEvent.ERROR) {
            return;
        }
        Bundle bundle = event.getBundle();
        String message = String.valueOf(event.getThrowable().getMessage());
        say.accept(bundle.getSymbolicName() + " " + bundle.getVersion() + ": " + message);
        if (verbose) {
            event.getThrowable().printStackTrace();
        }
    }
}
