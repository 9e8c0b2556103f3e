package ai.tenon.device;

import java.util.OptionalDouble;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something on the device that can be measured; an OSGi service per sensor, present only if the
 * sensor is.
 */
@ConsumerType
public interface Sensor {
    /** Unique on this device, as in {@code thermal_zone0}. */
    String name();

    Kind kind();

    /** Where the values come from, as in a file's name. */
    String source();

    /** The value now, in the unit of {@link #kind}; empty if it cannot be read at the moment. */
    OptionalDouble read();

    /** What is measured, and its unit. */
    enum Kind {
        TEMPERATURE("°C"),
        POWER("W"),
        FREQUENCY("Hz"),
        VOLTAGE("V");

        private final String unit;

        Kind(String unit) {
            this.unit = unit;
        }

        public String unit() {
            return unit;
        }
    }
}
