/** Layers: the operators with weights, which quantizers and pruning work on. */
@Export
@Version("1.0.0")
package ai.tenon.graph.layer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
