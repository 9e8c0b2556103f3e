/** Tensors, graphs and their rewriting: the library under everything. */
@Export
@Version("1.2.0")
package ai.tenon.graph;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
