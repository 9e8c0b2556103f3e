/** The one set of operations that every way in translates to, and what they act upon. */
@Export
@Version("1.1.0")
package ai.tenon.management;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
