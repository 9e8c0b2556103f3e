/** Raising a model to a newer version of the standard operator set. */
@Export
@Version("1.0.0")
package ai.tenon.graph.opset;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
