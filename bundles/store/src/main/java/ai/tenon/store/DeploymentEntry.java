package ai.tenon.store;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A deployment of a generation.
 *
 * @param model SHA-256 of the model's package
 * @param fileName the model's, for people
 * @param pin {@code name[@version]} of a backend; empty if the profile's preference decides
 * @param passes of the recipe, in order
 * @param scheme of the recipe; empty for none
 * @param options of the recipe
 */
public record DeploymentEntry(
        String name,
        String model,
        String fileName,
        String pin,
        boolean loaded,
        List<String> passes,
        String scheme,
        Map<String, String> options,
        Map<String, String> settings) {
    public DeploymentEntry {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(fileName, "fileName");
        Objects.requireNonNull(pin, "pin");
        Objects.requireNonNull(scheme, "scheme");
        if (!Sha256.isHash(model)) {
            throw new IllegalArgumentException(
                    "deployment " + name + " has the bad model hash " + model);
        }
        passes = List.copyOf(passes);
        options = Collections.unmodifiableMap(new TreeMap<>(options));
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }
}
