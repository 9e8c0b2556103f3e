package ai.tenon.cli.internal.terminal;

import java.util.Optional;

/** What the commands that need no gateway ask of the toolbox. */
public interface Services {
    /** The service of that type, if its bundle is here. */
    <T> Optional<T> find(Class<T> type);

    /** Starts the providers and backends, which most commands do without; returns when they run. */
    void startBackends() throws InterruptedException;
}
