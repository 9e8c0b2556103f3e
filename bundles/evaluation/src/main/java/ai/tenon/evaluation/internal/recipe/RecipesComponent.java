package ai.tenon.evaluation.internal.recipe;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.evaluation.internal.room.Room;
import ai.tenon.graph.Model;
import ai.tenon.model.Recipe;
import ai.tenon.optimizer.Recipes;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Applies recipes with what is in the room. */
@Component
public final class RecipesComponent implements Recipes {
    private final Room room;

    @Activate
    public RecipesComponent(@Reference Room room) {
        this.room = room;
    }

    @Override
    public Recipe pin(Recipe recipe) {
        return new Plan(recipe, room).pinned(recipe.options());
    }

    @Override
    public void apply(Model model, Recipe recipe, CompileMonitor monitor) throws BackendException {
        new Plan(recipe, room).apply(model, monitor);
    }
}
