/** Labelled data, and metrics of a model's quality. */
@Export
@Version("2.0.0")
package ai.tenon.evaluation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
