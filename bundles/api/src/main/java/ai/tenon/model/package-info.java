/** Models, their file formats and the recipes that fit them to a device. */
@Export
@Version("1.0.0")
package ai.tenon.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
