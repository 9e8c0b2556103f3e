package ai.tenon.management;

import java.util.List;
import java.util.Map;

/**
 * A backend, as people see it.
 *
 * @param version of its bundle
 * @param preference place in the profile's order, from 1; 0 if it is available but not adopted by
 *     itself
 * @param simulated true if there is no real device behind it
 * @param endpoints names of the endpoints that it serves now
 * @param problem why it cannot be used; empty if it can
 */
public record BackendInfo(
        String name,
        String version,
        String device,
        int preference,
        boolean simulated,
        List<String> endpoints,
        Map<String, String> properties,
        String problem) {
    public BackendInfo {
        endpoints = List.copyOf(endpoints);
        properties = Map.copyOf(properties);
    }
}
