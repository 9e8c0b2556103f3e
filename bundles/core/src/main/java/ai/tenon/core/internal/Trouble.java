package ai.tenon.core.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.core.internal.GoldenCheck.CheckFailed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a backend may throw at the runtime, whatever its contract says: anything. */
final class Trouble {
    private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);

    private Trouble() {}

    /** To be called early: a core that stops under a running compile can load no class any more. */
    static void load() {
        LOG.trace("loaded");
    }

    /** What happened, with the vendor's own code and words where there are any. */
    static String words(Throwable e) {
        if (e instanceof BackendException failure) {
            String code =
                    (failure.vendorCode() == 0 ? "" : failure.vendorCode() + " ")
                            + failure.vendorMessage();
            return failure.getMessage() + (code.isEmpty() ? "" : " (" + code.strip() + ")");
        }
        return e instanceof CheckFailed ? e.getMessage() : e.toString();
    }

    /** Closes what a backend made; that it cannot be freed must not keep the rest from being so. */
    static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception | Error e) {
            LOG.warn("What a backend made could not be freed", e);
        }
    }
}
