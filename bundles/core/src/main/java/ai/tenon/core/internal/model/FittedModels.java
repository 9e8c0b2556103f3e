package ai.tenon.core.internal.model;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.ModelSource;
import ai.tenon.graph.Model;
import ai.tenon.management.DeploymentSpec;
import ai.tenon.management.ModelRepository;
import ai.tenon.model.ModelFormat;
import ai.tenon.model.ModelVersion;
import ai.tenon.model.Recipe;
import ai.tenon.optimizer.Recipes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A deployment's model as a backend should see it: the file as it came, or what the deployment's
 * recipe makes of it on this device.
 */
public final class FittedModels {
    private final Collection<ModelFormat> formats = new CopyOnWriteArrayList<>();
    private final String isa;
    private volatile Recipes recipes;
    private volatile ModelRepository repository;

    /**
     * A model to compile.
     *
     * @param format in which parts of it can be written
     * @param note what the recipe did, for people; empty without one
     */
    public record Fitted(ModelSource source, ModelFormat format, String note) {}

    /**
     * @param isa what this device's processor understands, for which a recipe's result is kept
     */
    public FittedModels(String isa) {
        this.isa = isa;
    }

    public void addFormat(ModelFormat format) {
        formats.add(format);
    }

    public void removeFormat(ModelFormat format) {
        formats.remove(format);
    }

    public void addRecipes(Recipes service) {
        recipes = service;
    }

    public void removeRecipes(Recipes service) {
        if (recipes == service) {
            recipes = null;
        }
    }

    /** Commands have none, and keep nothing. */
    public void addRepository(ModelRepository service) {
        repository = service;
    }

    public void removeRepository(ModelRepository service) {
        if (repository == service) {
            repository = null;
        }
    }

    /**
     * The model of a deployment; its recipe is applied, unless that was done before.
     *
     * @throws BackendException of class FATAL if nothing here reads the model or applies the
     *     recipe, of class CANCELLED if the monitor says so; the message says what is missing
     */
    public Fitted of(DeploymentSpec spec, CompileMonitor monitor) throws BackendException {
        ModelFormat format = format(spec.model().fileName());
        if (spec.recipe().isEmpty()) {
            return new Fitted(
                    ModelSource.ofFile(
                            spec.name(), spec.model().sha256(), spec.model().file(), format),
                    format,
                    "");
        }
        try {
            Recipe recipe = pinned(spec.recipe());
            ModelRepository store = repository;
            return store == null
                    ? inMemory(spec, recipe, format, monitor)
                    : kept(store, spec, recipe, format, monitor);
        } catch (IOException | IllegalArgumentException e) {
            throw new BackendException(
                    ErrorClass.FATAL, "its recipe cannot be applied: " + e.getMessage(), e);
        }
    }

    private Fitted inMemory(
            DeploymentSpec spec, Recipe recipe, ModelFormat format, CompileMonitor monitor)
            throws BackendException, IOException {
        Model model = apply(spec, recipe, format, monitor);
        return new Fitted(
                ModelSource.ofModel(
                        spec.name(), identity(spec.model().sha256(), recipe), model, format),
                format,
                describe(recipe));
    }

    private Fitted kept(
            ModelRepository store,
            DeploymentSpec spec,
            Recipe recipe,
            ModelFormat format,
            CompileMonitor monitor)
            throws BackendException, IOException {
        String identity = identity(spec.model().sha256(), recipe);
        String origin = "kept from before";
        ModelVersion result = store.findFitted(identity).orElse(null);
        if (result == null) {
            long start = System.nanoTime();
            result = store.keepFitted(identity, format.write(apply(spec, recipe, format, monitor)));
            origin = String.format(Locale.ROOT, "in %.1f s", (System.nanoTime() - start) / 1e9);
        }
        String note =
                String.format(
                        Locale.ROOT,
                        "%s: %.1f MB became %.1f MB, %s",
                        describe(recipe),
                        spec.model().bytes() / 1e6,
                        result.bytes() / 1e6,
                        origin);
        return new Fitted(
                ModelSource.ofFile(spec.name(), result.sha256(), result.file(), format),
                format,
                note);
    }

    /** That of whatever a result depends on. */
    private String identity(String modelSha256, Recipe recipe) {
        List<String> parts = new ArrayList<>(List.of(modelSha256, isa, recipe.scheme()));
        parts.addAll(recipe.passes());
        recipe.options().forEach((name, value) -> parts.addAll(List.of(name, value)));
        return ModelSource.identity(parts);
    }

    private Model apply(
            DeploymentSpec spec, Recipe recipe, ModelFormat format, CompileMonitor monitor)
            throws BackendException, IOException {
        monitor.progress("fit " + spec.name() + " by its recipe", 0);
        Path file = spec.model().file();
        Model model = format.read(file);
        require().apply(model, recipe, monitor);
        monitor.check();
        return model;
    }

    /** Names that were deployed without a version mean what is here now. */
    private Recipe pinned(Recipe recipe) throws BackendException {
        boolean complete =
                recipe.passes().stream().allMatch(FittedModels::hasVersion)
                        && (recipe.scheme().isEmpty() || hasVersion(recipe.scheme()));
        return complete ? recipe : require().pin(recipe);
    }

    private static boolean hasVersion(String name) {
        return name.indexOf('@') > 0;
    }

    private Recipes require() throws BackendException {
        Recipes service = recipes;
        if (service == null) {
            throw new BackendException(
                    ErrorClass.FATAL,
                    "its recipe needs the bundle ai.tenon.evaluation, which is not here; install it,"
                            + " deploy without a recipe, or deploy the optimised file");
        }
        return service;
    }

    private ModelFormat format(String fileName) throws BackendException {
        return formats.stream()
                .filter(candidate -> candidate.accepts(fileName))
                .findFirst()
                .orElseThrow(
                        () ->
                                new BackendException(
                                        ErrorClass.FATAL,
                                        "no bundle here reads models like '"
                                                + fileName
                                                + "'; the bundle ai.tenon.onnx reads .onnx"));
    }

    private static String describe(Recipe recipe) {
        int count = recipe.passes().size();
        String passes = count + (count == 1 ? " pass" : " passes");
        return recipe.scheme().isEmpty() ? passes : recipe.scheme() + " and " + passes;
    }
}
