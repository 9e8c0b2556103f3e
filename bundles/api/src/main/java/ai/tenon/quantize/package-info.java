/** Quantizers and what they work on. */
@Export
@Version("2.0.0")
package ai.tenon.quantize;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
