/** Tensors in NumPy's files. */
@Export
@Version("1.0.0")
package ai.tenon.samples.npy;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
