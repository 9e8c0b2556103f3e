/** The optimiser: applies recipes, and searches the recipe that fits a model to this device. */
@Export
@Version("1.0.0")
package ai.tenon.optimizer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
