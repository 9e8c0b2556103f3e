/** Finding the passages of a folder of text that answer a question, by meaning. */
@Export
@Version("1.0.0")
package ai.tenon.semantic.search;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
