/** Graph passes. */
@Export
@Version("2.0.0")
package ai.tenon.optimize;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
