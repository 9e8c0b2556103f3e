/** All that an application sees: endpoints and calls. */
@Export
@Version("1.0.0")
package ai.tenon.inference;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
