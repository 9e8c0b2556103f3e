/** Public labelled data, prepared as models take them. */
@Export
@Version("1.0.0")
package ai.tenon.datasets;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
