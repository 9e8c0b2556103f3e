/**
 * What a hardware backend implements. Types that vendors implement grow by default methods only,
 * classes by methods of their builders, and records keep a constructor with the components that
 * they have today.
 */
@Export
@Version("1.2.0")
package ai.tenon.backend;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
