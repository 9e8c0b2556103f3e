package ai.tenon.launcher;

import ai.tenon.store.GenerationStore;
import ai.tenon.store.GenerationStore.Attempts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Ends a start in which nobody came up who could judge it: a generation whose core or provisioning
 * does not activate would else hang for ever, out of reach. Such a start counts as failed, so the
 * third one falls back. Where provisioning runs, it judges by itself whether the gateway is ready.
 */
final class Watchdog {
    private final Path data;
    private final String generation;
    private final Consumer<String> say;

    Watchdog(Path data, String generation, Consumer<String> say) {
        this.data = data;
        this.generation = generation;
        this.say = say;
    }

    /**
     * Watches on a thread of its own.
     *
     * @param managed true once somebody runs who can manage the gateway
     * @param restart ends the process so that it is started again
     */
    void start(long patienceMillis, BooleanSupplier managed, Runnable restart) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                Thread.sleep(patienceMillis);
                            } catch (InterruptedException e) {
                                return;
                            }
                            if (!managed.getAsBoolean() && isHopeless(patienceMillis)) {
                                restart.run();
                            }
                        },
                        "tenon-watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * True if there is another generation to go back to; then the start has been noted as failed.
     */
    boolean isHopeless(long patienceMillis) {
        try {
            GenerationStore store = new GenerationStore(data);
            Optional<String> good = store.good();
            if (good.isEmpty() || good.get().equals(generation)) {
                say.accept(
                        "Nothing manages this gateway, and there is no generation to go back to.");
                return false;
            }
            String reason = "nothing managed the gateway after " + patienceMillis + " ms";
            store.setAttempts(new Attempts(generation, store.attempts(generation).count(), reason));
            say.accept("In this generation " + reason + "; starting again.");
            return true;
        } catch (IOException e) {
            say.accept("The state of the generations cannot be read: " + e.getMessage());
            return false;
        }
    }
}
