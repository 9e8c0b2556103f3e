/**
 * Reads what this device is from {@code /proc}, {@code /sys}, {@code /dev} and the library folders.
 *
 * <p>Uses the JDK only: the launcher embeds this package and calls it before a framework exists.
 */
@Export
@Version("1.0.0")
package ai.tenon.device.probe;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
