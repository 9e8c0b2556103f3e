package ai.tenon.management;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/** A change that was asked for. Safe for use by several threads. */
@ProviderType
public interface Operation {
    /** How it stands now. */
    OperationInfo info();

    /**
     * Waits until it has ended, or the time is over.
     *
     * @return how it stands then
     */
    OperationInfo await(Duration atMost) throws InterruptedException;

    /**
     * Asks it to stop before its point of no return.
     *
     * @return false if it has ended already
     */
    boolean cancel();
}
