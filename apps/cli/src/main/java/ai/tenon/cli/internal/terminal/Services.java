package ai.tenon.cli.internal.terminal;

import java.util.List;
import java.util.Optional;

/** What the commands that need no gateway ask of the toolbox. */
public interface Services {
    /** A service, and name and version of the bundle that registered it. */
    record Versioned<T>(T service, String bundle, String version) {}

    /** All services of that type. */
    <T> List<Versioned<T>> all(Class<T> type);

    /** The service of that type, if its bundle is here. */
    default <T> Optional<T> find(Class<T> type) {
        return all(type).stream().map(Versioned::service).findFirst();
    }

    /**
     * The service of that type.
     *
     * @param bundle that brings it
     * @throws Failure if it is not here
     */
    default <T> T require(Class<T> type, String bundle) {
        return find(type)
                .orElseThrow(
                        () ->
                                new Failure(
                                        "the bundle "
                                                + bundle
                                                + " is missing from the toolbox; build the"
                                                + " distribution anew"));
    }

    /** Starts the providers and backends, which most commands do without; returns when they run. */
    void startBackends() throws InterruptedException;
}
