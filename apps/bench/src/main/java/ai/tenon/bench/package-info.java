/** Measures backends side by side: what to measure, and what came out. */
@Export
@Version("1.2.0")
package ai.tenon.bench;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
