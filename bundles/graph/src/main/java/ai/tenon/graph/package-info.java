/** Tensors, graphs and their rewriting: the library under everything. */
@Export
@Version("1.1.0")
package ai.tenon.graph;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
