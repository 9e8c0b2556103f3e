/**
 * What a hardware backend implements. Types that vendors implement grow by default methods only.
 */
@Export
@Version("1.0.0")
package ai.tenon.backend;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
