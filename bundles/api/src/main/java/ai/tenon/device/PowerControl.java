package ai.tenon.device;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Switches the device between power modes; an OSGi service, present only if there is something to
 * switch.
 */
@ConsumerType
public interface PowerControl {
    /** The modes that this device has, from the most saving to the fastest. */
    List<PowerMode> modes();

    /** The mode in force. */
    PowerMode mode();

    /**
     * Switches to a mode.
     *
     * @throws IllegalArgumentException if it is not one of {@link #modes}
     * @throws java.io.IOException if the device refuses; the message says why
     */
    void select(PowerMode mode) throws java.io.IOException;
}
