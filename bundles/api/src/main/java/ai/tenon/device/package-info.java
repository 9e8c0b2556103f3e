/** What this device is and how it feels. */
@Export
@Version("1.0.0")
package ai.tenon.device;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
