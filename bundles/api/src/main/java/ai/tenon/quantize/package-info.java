/** Quantizers and their data. */
@Export
@Version("1.0.0")
package ai.tenon.quantize;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
