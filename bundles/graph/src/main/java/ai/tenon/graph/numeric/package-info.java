/** How the element types of tensors are encoded: tensors as Java arrays and back. */
@Export
@Version("1.0.0")
package ai.tenon.graph.numeric;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
