/**
 * What passes share: reading constants, matching chains of nodes, putting others in their place.
 */
@Export
@Version("1.0.0")
package ai.tenon.graph.rewrite;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
