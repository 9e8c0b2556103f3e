/** Samples of a model's inputs and labels, as they lie in folders. */
@Export
@Version("1.0.0")
package ai.tenon.samples;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
