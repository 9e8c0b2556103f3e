package ai.tenon.provisioning.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Model;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.model.Recipe;
import ai.tenon.optimizer.Recipes;
import ai.tenon.store.Generation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecipePinsTest {
    /** Knows version 3 of everything but of what is called {@code unknown}. */
    private static final class Third implements Recipes {
        @Override
        public Recipe pin(Recipe recipe) {
            if (recipe.scheme().equals("unknown")) {
                throw new IllegalArgumentException("no quantizer here knows 'unknown'");
            }
            return new Recipe(
                    recipe.passes().stream().map(pass -> pass + "@3.0.0").toList(),
                    recipe.scheme() + "@3.0.0",
                    recipe.options());
        }

        @Override
        public void apply(Model model, Recipe recipe, CompileMonitor monitor) {
            throw new UnsupportedOperationException();
        }
    }

    private final RecipePins pins = new RecipePins(Third::new);
    private final Generation plain = Generation.builder().build();
    private final Generation withDefault =
            plain.edit()
                    .configuration(
                            "ai.tenon.provisioning",
                            Map.of(
                                    "readyMillis",
                                    "1000",
                                    "recipe.passes",
                                    List.of("fold"),
                                    "recipe.scheme",
                                    "int8",
                                    "recipe.option.block",
                                    "32"))
                    .build();

    @Test
    void whoAsksForNoneGetsTheDefaultWithVersions() throws Exception {
        assertEquals(Recipe.NONE, pins.pin(null, plain));
        assertEquals(
                new Recipe(List.of("fold@3.0.0"), "int8@3.0.0", Map.of("block", "32")),
                pins.pin(null, withDefault));
    }

    @Test
    void whatWasAskedForCountsAlsoIfItIsNothing() throws Exception {
        assertEquals(Recipe.NONE, pins.pin(Recipe.NONE, withDefault));
        assertEquals(
                "int4@3.0.0",
                pins.pin(new Recipe(List.of(), "int4", Map.of()), withDefault).scheme());
    }

    @Test
    void whatIsNotHereIsRefusedWithASentence() {
        ManagementException unknown =
                assertThrows(
                        ManagementException.class,
                        () -> pins.pin(new Recipe(List.of(), "unknown", Map.of()), plain));
        assertEquals(Kind.INVALID, unknown.kind());
        assertTrue(unknown.getMessage().contains("unknown"));
        ManagementException nobody =
                assertThrows(
                        ManagementException.class,
                        () -> new RecipePins(() -> null).pin(null, withDefault));
        assertTrue(nobody.getMessage().contains("ai.tenon.evaluation"));
    }
}
