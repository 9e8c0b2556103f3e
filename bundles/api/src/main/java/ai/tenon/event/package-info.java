/** What happened, as topics of the OSGi Event Admin service. */
@Export
@Version("1.0.0")
package ai.tenon.event;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
