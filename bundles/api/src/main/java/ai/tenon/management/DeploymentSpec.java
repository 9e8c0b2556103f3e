package ai.tenon.management;

import ai.tenon.model.ModelVersion;
import ai.tenon.model.Recipe;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What an endpoint should serve.
 *
 * @param name of the endpoint
 * @param pin the backend that an operator chose; null if the profile's preference decides
 * @param loaded false if the endpoint exists but should answer "unavailable"
 * @param settings {@code threads}, {@code contexts}, {@code shape.INPUT}, {@code placement} ({@code
 *     single} if one backend has to run the whole model) and backends' own settings; a backend that
 *     does not know one of them is passed over
 */
public record DeploymentSpec(
        String name,
        ModelVersion model,
        Recipe recipe,
        BackendRef pin,
        boolean loaded,
        Map<String, String> settings) {
    public DeploymentSpec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(recipe, "recipe");
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    public DeploymentSpec withPin(BackendRef newPin) {
        return new DeploymentSpec(name, model, recipe, newPin, loaded, settings);
    }

    public DeploymentSpec withLoaded(boolean newLoaded) {
        return new DeploymentSpec(name, model, recipe, pin, newLoaded, settings);
    }
}
