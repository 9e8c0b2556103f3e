/** Comparing by time, on this device. */
@Export
@Version("1.0.0")
package ai.tenon.measurement;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
