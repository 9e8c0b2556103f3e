package ai.tenon.provisioning.internal;

import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.model.Recipe;
import ai.tenon.optimizer.Recipes;
import ai.tenon.store.Generation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Which recipe a deployment gets: the one that was asked for or the profile's default, with the
 * versions of all passes and of the quantizer, so that it stays what it is.
 */
final class RecipePins {
    private static final String PID = "ai.tenon.provisioning";

    private final Supplier<Recipes> recipes;

    /**
     * @param recipes yields null while no bundle here applies recipes
     */
    RecipePins(Supplier<Recipes> recipes) {
        this.recipes = recipes;
    }

    /**
     * @param asked null for the default of the generation
     */
    Recipe pin(Recipe asked, Generation current) throws ManagementException {
        Recipe recipe = asked == null ? defaultOf(current) : asked;
        if (recipe.isEmpty()) {
            return Recipe.NONE;
        }
        Recipes service = recipes.get();
        if (service == null) {
            throw new ManagementException(
                    Kind.REFUSED,
                    "a recipe needs the bundle ai.tenon.evaluation and those of its passes and"
                            + " quantizer; install them, or deploy without a recipe");
        }
        try {
            return service.pin(recipe);
        } catch (IllegalArgumentException e) {
            throw new ManagementException(Kind.INVALID, e.getMessage(), e);
        }
    }

    /** Configuration {@code recipe.passes[]}, {@code recipe.scheme}, {@code recipe.option.NAME}. */
    private static Recipe defaultOf(Generation current) {
        Map<String, Object> configuration = current.configuration().getOrDefault(PID, Map.of());
        Map<String, String> options = new TreeMap<>();
        String prefix = "recipe.option.";
        configuration.forEach(
                (key, value) -> {
                    if (key.startsWith(prefix)) {
                        options.put(key.substring(prefix.length()), value.toString());
                    }
                });
        return new Recipe(
                configuration.get("recipe.passes") instanceof List<?> passes
                        ? passes.stream().map(Object::toString).toList()
                        : List.of(),
                configuration.getOrDefault("recipe.scheme", "").toString(),
                options);
    }
}
