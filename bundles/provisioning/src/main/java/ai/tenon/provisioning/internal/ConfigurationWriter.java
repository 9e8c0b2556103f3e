package ai.tenon.provisioning.internal;

import ai.tenon.store.Generation;
import ai.tenon.store.GenerationStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Makes Configuration Admin hold what the generation says and nothing else. It does so before
 * components of higher start levels ask for their configuration.
 */
@Component(service = ConfigurationWriter.class, immediate = true)
public final class ConfigurationWriter {
    private static final String ANY_LOCATION = "?";

    private final ConfigurationAdmin admin;

    @Activate
    public ConfigurationWriter(BundleContext context, @Reference ConfigurationAdmin admin)
            throws IOException {
        this.admin = admin;
        GenerationStore store = new GenerationStore(Path.of(context.getProperty("ai.tenon.data")));
        apply(store.read(store.current().orElseThrow()));
    }

    void apply(Generation generation) throws IOException {
        Map<String, Map<String, Object>> wanted = generation.configuration();
        for (Configuration present : all()) {
            if (!wanted.containsKey(present.getPid())) {
                present.delete();
            }
        }
        for (Map.Entry<String, Map<String, Object>> entry : wanted.entrySet()) {
            configuration(entry.getKey()).updateIfDifferent(dictionary(entry.getValue()));
        }
    }

    private Configuration configuration(String pid) throws IOException {
        int tilde = pid.indexOf('~');
        return tilde < 0
                ? admin.getConfiguration(pid, ANY_LOCATION)
                : admin.getFactoryConfiguration(
                        pid.substring(0, tilde), pid.substring(tilde + 1), ANY_LOCATION);
    }

    private Configuration[] all() throws IOException {
        try {
            Configuration[] found = admin.listConfigurations(null);
            return found == null ? new Configuration[0] : found;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Hashtable<String, Object> dictionary(Map<String, Object> values) {
        Hashtable<String, Object> dictionary = new Hashtable<>();
        values.forEach(
                (key, value) ->
                        dictionary.put(
                                key,
                                value instanceof List<?> list
                                        ? list.toArray(String[]::new)
                                        : value));
        return dictionary;
    }
}
