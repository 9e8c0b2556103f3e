package ai.tenon.launcher;

import ai.tenon.device.probe.Capabilities;
import ai.tenon.device.probe.DeviceProbe;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.Constants;

/** What the framework is told, and what bundles read of it. */
final class FrameworkProperties {
    private FrameworkProperties() {}

    static Map<String, String> of(
            Arguments arguments, Distribution distribution, Path cache, int startLevel) {
        Map<String, String> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, cache.toString());
        properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(startLevel));
        properties.put(
                Constants.FRAMEWORK_SYSTEMCAPABILITIES_EXTRA,
                Capabilities.render(new DeviceProbe().probe()));
        // What goes wrong comes as events, which are told in sentences.
        properties.put("felix.log.level", arguments.verbose() ? "2" : "0");
        properties.put("ai.tenon.profile", distribution.profile().name());
        properties.put("ai.tenon.distribution", distribution.folder().toString());
        properties.put("ai.tenon.distributions", distribution.folder().getParent().toString());
        properties.put("ai.tenon.version", version());
        arguments.data().ifPresent(data -> properties.put("ai.tenon.data", data.toString()));
        arguments
                .port()
                .ifPresent(port -> properties.put("ai.tenon.http.port", Integer.toString(port)));
        return properties;
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
