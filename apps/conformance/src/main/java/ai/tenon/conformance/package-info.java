/** The ONNX backend tests, run on any backend. */
@Export
@Version("1.0.0")
package ai.tenon.conformance;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
