package ai.tenon.cli.internal.optimize;

import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.UserError;
import ai.tenon.model.Recipe;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A recipe in a file: {@code {"passes": […], "scheme": "…", "options": {…}}}. */
public final class RecipeFile {
    private static final int LARGEST = 1 << 20;

    private RecipeFile() {}

    /**
     * @throws UserError if the file is no recipe; the message says what one looks like
     */
    public static ObjectNode read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserError("there is no file " + file + "; check the path");
        }
        try {
            if (Files.size(file) > LARGEST) {
                throw new UserError(file + " is too long for a recipe; 1 MB is allowed");
            }
            JsonNode json = Json.read(Files.readAllBytes(file));
            if (json instanceof ObjectNode recipe && isRecipe(recipe)) {
                return recipe;
            }
            throw noRecipe(file, null);
        } catch (IOException e) {
            throw noRecipe(file, e);
        }
    }

    /** A recipe as it stands in a file. */
    public static ObjectNode json(Recipe recipe) {
        ObjectNode json = Json.object();
        json.set("passes", Json.tree(recipe.passes()));
        json.put("scheme", recipe.scheme());
        json.set("options", Json.tree(recipe.options()));
        return json;
    }

    private static boolean isRecipe(ObjectNode json) {
        ObjectNode others = json.deepCopy();
        JsonNode passes = others.remove("passes");
        JsonNode scheme = others.remove("scheme");
        JsonNode options = others.remove("options");
        return others.isEmpty()
                && (passes != null || scheme != null)
                && (passes == null || passes.isArray() && texts(passes))
                && (scheme == null || scheme.isTextual())
                && (options == null || options.isObject() && texts(options));
    }

    private static boolean texts(JsonNode container) {
        for (JsonNode element : container) {
            if (!element.isTextual()) {
                return false;
            }
        }
        return true;
    }

    private static UserError noRecipe(Path file, IOException cause) {
        return new UserError(
                file
                        + " is no recipe; it has to be {\"passes\": [texts], \"scheme\": text,"
                        + " \"options\": {name: text}}, as 'tenon optimize --recipe' writes it",
                cause);
    }
}
