package ai.tenon.optimizer;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.model.Recipe;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Applies recipes with the passes and quantizers that are here; an OSGi service. Measures nothing.
 */
@ProviderType
public interface Recipes {
    /**
     * The recipe with the version of every pass and of the quantizer, {@code name@version}: the
     * highest that is here where the recipe does not say.
     *
     * @throws IllegalArgumentException if one is not here, or does not know one of the options; the
     *     message names it and what is here
     */
    Recipe pin(Recipe recipe);

    /**
     * Applies a recipe to {@code model} in place: passes of the stages before FUSION in the
     * recipe's order, the quantizer, then the others. Passes of one stage that stand together run
     * again until none of them finds anything; those that prune run once.
     *
     * @throws IllegalArgumentException as {@link #pin}, or if the scheme needs calibration data
     *     that the recipe's statistics do not replace
     * @throws IllegalStateException if a pass failed; the message names it
     * @throws BackendException if the work was cancelled
     */
    void apply(Model model, Recipe recipe, CompileMonitor monitor) throws BackendException;
}
