/** Shape and type inference: what can be said of every value of a model without running it. */
@Export
@Version("1.1.0")
package ai.tenon.graph.shape;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
