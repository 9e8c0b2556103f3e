package ai.tenon.core.internal;

import ai.tenon.inference.EndpointStatistics;
import ai.tenon.management.BackendInfo;
import ai.tenon.management.EndpointInfo;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The reconciler's state as people see it. */
final class Views {
    private Views() {}

    static EndpointInfo endpoint(Managed m) {
        Deployment current = m.endpoint.current();
        EndpointStatistics statistics = m.endpoint.statistics();
        return new EndpointInfo(
                m.desired.name(),
                m.endpoint.state(),
                m.desired.model().fileName(),
                m.desired.model().sha256(),
                current == null ? "" : current.label(),
                m.desired.pin() == null ? "" : m.desired.pin().toString(),
                current == null ? "" : current.check(),
                current == null ? "" : current.recipeNote(),
                m.endpoint.reason(),
                current == null ? 0 : current.sinceMillis(),
                statistics.succeeded(),
                statistics.failed(),
                current == null ? "" : current.placement(),
                current == null ? List.of() : current.parts());
    }

    static List<BackendInfo> backends(
            Collection<BackendEntry> backends,
            Preference preference,
            Collection<Managed> endpoints) {
        Comparator<BackendInfo> byPlace =
                Comparator.comparing(
                        info -> info.preference() == 0 ? Integer.MAX_VALUE : info.preference());
        return backends.stream()
                .map(entry -> backend(entry, preference, endpoints))
                .sorted(
                        byPlace.thenComparing(BackendInfo::name)
                                .thenComparing(BackendInfo::version))
                .toList();
    }

    private static BackendInfo backend(
            BackendEntry entry, Preference preference, Collection<Managed> endpoints) {
        return new BackendInfo(
                entry.name(),
                entry.version().toString(),
                entry.description().device(),
                preference.placeOf(entry.name()),
                entry.description().simulated(),
                endpoints.stream()
                        .filter(
                                m ->
                                        m.endpoint.current() != null
                                                && m.endpoint.current().isOn(entry))
                        .map(m -> m.desired.name())
                        .toList(),
                entry.description().properties(),
                entry.isLeaving() ? "it is going away" : "");
    }
}
