package ai.tenon.optimize;

import ai.tenon.graph.Model;
import java.util.Map;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Rewrites a model into an equivalent one; an OSGi service. Its version is that of its bundle.
 *
 * <p>Passes know nothing of each other: the optimiser runs them by stage, those of one stage again
 * until none finds anything, checks the outputs and takes back what does not pay.
 */
@ConsumerType
public interface GraphPass {
    /** Stable and short, as in {@code conv-batchnorm}. */
    String name();

    /** When it runs. */
    Stage stage();

    /** Largest absolute difference that the rewriting may cause in an output of magnitude 1. */
    double tolerance();

    /** Names of passes of the same stage that have to run before this one, where they are there. */
    default Set<String> after() {
        return Set.of();
    }

    /** Names of the settings that {@link #apply} understands. */
    default Set<String> settings() {
        return Set.of();
    }

    /**
     * Rewrites {@code model} in place and says what it did. Names of the model's inputs and outputs
     * stay as they are.
     *
     * @param settings values of those of {@link #settings} that were given
     * @throws IllegalArgumentException if a setting's value is no good; the message names it
     */
    PassResult apply(Model model, Map<String, String> settings);
}
