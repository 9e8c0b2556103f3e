package ai.tenon.datasets;

import ai.tenon.evaluation.DataSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A public data set in the files in which it is published, prepared for a model of its task; an
 * OSGi service. Applications bring their own.
 */
@ConsumerType
public interface TaskData {
    /** Stable and short, as in {@code banking77}. */
    String name();

    /** Name of the {@link ai.tenon.evaluation.Metric} that judges models of this task. */
    String metric();

    /**
     * Opens one split. Samples are prepared when they are asked for.
     *
     * @param folder that holds the published files
     * @param vocabulary what the model reads or writes text with; needed by data of texts
     * @throws IOException if a file is missing or cannot be read; the message names it
     * @throws IllegalArgumentException if the vocabulary is needed and not given
     */
    DataSet open(Path folder, Split split, Optional<Path> vocabulary) throws IOException;
}
