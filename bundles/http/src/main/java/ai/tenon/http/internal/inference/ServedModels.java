package ai.tenon.http.internal.inference;

import ai.tenon.http.internal.web.Exchange;
import ai.tenon.http.internal.web.HttpError;
import ai.tenon.inference.Endpoint;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The endpoints that are here, by name. */
public final class ServedModels {
    private final Map<String, ServedModel> byName = new ConcurrentHashMap<>();

    /** An endpoint has come. */
    public void add(Endpoint endpoint) {
        ServedModel before = byName.put(endpoint.name(), new ServedModel(endpoint));
        if (before != null) {
            before.close();
        }
    }

    /** An endpoint is going. */
    public void remove(Endpoint endpoint) {
        ServedModel model = byName.get(endpoint.name());
        // another one may have come under the same name meanwhile
        if (model != null
                && model.endpoint() == endpoint
                && byName.remove(endpoint.name(), model)) {
            model.close();
        }
    }

    Collection<ServedModel> all() {
        return new TreeMap<>(byName).values();
    }

    /** The model that a path names, in the one version that it has here. */
    ServedModel named(Exchange exchange) throws HttpError {
        String name = exchange.path("model");
        ServedModel model = byName.get(name);
        if (model == null) {
            throw HttpError.notFound(
                    "there is no model '" + name + "'; the repository index lists those that are");
        }
        String version = exchange.path("version");
        if (version != null && !version.equals(ModelRoutes.VERSION)) {
            throw HttpError.notFound(
                    "model '"
                            + name
                            + "' has no version "
                            + version
                            + "; a gateway serves one, named "
                            + ModelRoutes.VERSION);
        }
        return model;
    }
}
