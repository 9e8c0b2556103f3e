package ai.tenon.launcher;

import java.util.List;
import java.util.function.Consumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C and a service manager's stop, kept from shutting the JVM down: the shutdown hooks of
 * native libraries would take away what still computes, and abort the process.
 */
final class Signals {
    private Signals() {}

    /**
     * @param receiver called on a thread of its own for each signal
     */
    static void handle(Consumer<Signal> receiver) {
        for (String name : List.of("INT", "TERM")) {
            Signal signal = new Signal(name);
            SignalHandler before = Signal.handle(signal, receiver::accept);
            if (before == SignalHandler.SIG_IGN) {
                // whoever started this in the background wants it so
                Signal.handle(signal, before);
            }
        }
    }
}
