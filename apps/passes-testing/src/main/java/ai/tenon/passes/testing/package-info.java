/** What tests of graph passes share. */
@Export
@Version("1.0.0")
package ai.tenon.passes.testing;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
