package ai.tenon.core.internal.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.core.internal.model.FittedModels.Fitted;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.ModelRepository;
import ai.tenon.model.ModelFormat;
import ai.tenon.model.ModelVersion;
import ai.tenon.model.Recipe;
import ai.tenon.optimizer.Recipes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FittedModelsTest {
    private static final Recipe PINNED =
            new Recipe(List.of("fold@1.0.0"), "int8@2.0.0", Map.of("block", "32"));

    @TempDir Path temp;
    private final Shout shout = new Shout();
    private final FittedModels models = new FittedModels("x86-64 [AVX2]");

    /** A model is its graph's name. */
    private static final class Names implements ModelFormat {
        @Override
        public String name() {
            return "names";
        }

        @Override
        public boolean accepts(String fileName) {
            return fileName.endsWith(".name");
        }

        @Override
        public Model read(Path file) throws IOException {
            return new Model(new Graph(Files.readString(file)));
        }

        @Override
        public Model read(ByteBuffer bytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(Model model, Path file) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ByteBuffer write(Model model) {
            return ByteBuffer.wrap(model.graph().name().getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Datum readValue(ByteBuffer bytes, String kind) {
            throw new UnsupportedOperationException();
        }
    }

    /** Applies any recipe by shouting, and counts how often. */
    private static final class Shout implements Recipes {
        private int applied;

        @Override
        public Recipe pin(Recipe recipe) {
            return new Recipe(
                    recipe.passes().stream().map(pass -> pass + "@9.0.0").toList(),
                    "",
                    recipe.options());
        }

        @Override
        public void apply(Model model, Recipe recipe, CompileMonitor monitor) {
            applied++;
            model.graph().setName(model.graph().name() + "!");
        }
    }

    /** Keeps results in files. */
    private final class Keeper implements ModelRepository {
        private final Map<String, ModelVersion> kept = new HashMap<>();

        @Override
        public ModelVersion add(Path file) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<ModelVersion> find(String sha256) {
            return Optional.empty();
        }

        @Override
        public List<ModelVersion> list() {
            return List.of();
        }

        @Override
        public void retain(Set<String> sha256) {}

        @Override
        public Optional<ModelVersion> findFitted(String identity) {
            return Optional.ofNullable(kept.get(identity));
        }

        @Override
        public ModelVersion keepFitted(String identity, ByteBuffer content) throws IOException {
            Path file = temp.resolve("kept" + kept.size());
            Files.write(file, content.array());
            kept.put(identity, new ModelVersion("k" + kept.size(), file, "k", content.limit()));
            return kept.get(identity);
        }
    }

    @Test
    void whatWasRewrittenInMemoryIsNotTakenForTheOriginal() throws Exception {
        models.addFormat(new Names());
        models.addRecipes(shout);
        String original = models.of(spec(Recipe.NONE), CompileMonitor.SILENT).source().sha256();
        String rewritten = models.of(spec(PINNED), CompileMonitor.SILENT).source().sha256();
        Recipe other = new Recipe(PINNED.passes(), PINNED.scheme(), Map.of("block", "64"));
        assertTrue(rewritten.matches("[0-9a-f]{64}"), rewritten);
        assertEquals(
                3,
                Set.of(
                                original,
                                rewritten,
                                models.of(spec(other), CompileMonitor.SILENT).source().sha256())
                        .size());
        assertEquals(rewritten, models.of(spec(PINNED), CompileMonitor.SILENT).source().sha256());
    }

    @Test
    void withoutARecipeTheModelIsTheFileItself() throws Exception {
        models.addFormat(new Names());
        Fitted fitted = models.of(spec(Recipe.NONE), CompileMonitor.SILENT);
        assertEquals("hello.name", fitted.source().file().orElseThrow().getFileName().toString());
        assertEquals("", fitted.note());
    }

    @Test
    void aRecipeIsAppliedOnceAndKept() throws Exception {
        models.addFormat(new Names());
        models.addRecipes(shout);
        models.addRepository(new Keeper());
        Fitted first = models.of(spec(PINNED), CompileMonitor.SILENT);
        assertEquals("hello!", Files.readString(first.source().file().orElseThrow()));
        assertTrue(first.note().startsWith("int8@2.0.0 and 1 pass: "), first.note());

        models.removeRecipes(shout);
        Fitted again = models.of(spec(PINNED), CompileMonitor.SILENT);
        assertEquals(first.source().sha256(), again.source().sha256());
        assertTrue(again.note().endsWith("kept from before"), again.note());
        assertEquals(1, shout.applied);
    }

    @Test
    void whateverTheResultDependsOnMakesAnotherOne() throws Exception {
        Keeper keeper = new Keeper();
        models.addFormat(new Names());
        models.addRecipes(shout);
        models.addRepository(keeper);
        models.of(spec(PINNED), CompileMonitor.SILENT);
        models.of(
                spec(new Recipe(PINNED.passes(), "int8@2.0.1", PINNED.options())),
                CompileMonitor.SILENT);
        models.of(
                spec(new Recipe(PINNED.passes(), PINNED.scheme(), Map.of("block", "64"))),
                CompileMonitor.SILENT);
        models.of(spec(new Recipe(List.of("fold"), "", Map.of())), CompileMonitor.SILENT);
        FittedModels other = new FittedModels("aarch64");
        other.addFormat(new Names());
        other.addRecipes(shout);
        other.addRepository(keeper);
        other.of(spec(PINNED), CompileMonitor.SILENT);
        assertEquals(5, shout.applied);
        assertEquals(5, keeper.kept.size());
    }

    @Test
    void withoutARepositoryTheResultStaysInMemory() throws Exception {
        models.addFormat(new Names());
        models.addRecipes(shout);
        Fitted fitted = models.of(spec(PINNED), CompileMonitor.SILENT);
        assertTrue(fitted.source().file().isEmpty());
        assertEquals("hello!", fitted.source().model().graph().name());
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        BackendException format =
                assertThrows(
                        BackendException.class,
                        () -> models.of(spec(PINNED), CompileMonitor.SILENT));
        assertTrue(format.getMessage().contains("hello.name"), format.getMessage());
        models.addFormat(new Names());
        BackendException recipes =
                assertThrows(
                        BackendException.class,
                        () -> models.of(spec(PINNED), CompileMonitor.SILENT));
        assertTrue(recipes.getMessage().contains("ai.tenon.evaluation"), recipes.getMessage());
    }

    private DeploymentSpec spec(Recipe recipe) throws IOException {
        Path file = temp.resolve("hello.name");
        Files.writeString(file, "hello");
        return new DeploymentSpec(
                "greeting",
                new ModelVersion("m", file, "hello.name", 5),
                recipe,
                null,
                true,
                Map.of());
    }
}
