/** Content by hash, and generations: what a gateway keeps on disk. Depends on the JDK only. */
@Export
@Version("1.0.0")
package ai.tenon.store;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
