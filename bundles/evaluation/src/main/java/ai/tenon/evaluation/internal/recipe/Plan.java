package ai.tenon.evaluation.internal.recipe;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.evaluation.internal.room.Room;
import ai.tenon.evaluation.internal.room.Versioned;
import ai.tenon.graph.Model;
import ai.tenon.model.Recipe;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.Stage;
import ai.tenon.quantize.QuantizationScheme;
import ai.tenon.quantize.Quantizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A recipe with the services that it names. */
final class Plan {
    /** A recipe comes from outside, and each pass takes its time. */
    private static final int MOST_PASSES = 500;

    private final List<Versioned<GraphPass>> passes = new ArrayList<>();
    private final Map<String, Map<String, String>> passSettings;
    private final Versioned<Quantizer> quantizer;
    private final QuantizationScheme scheme;

    /**
     * @throws IllegalArgumentException if something that the recipe names is not here, or it is too
     *     long
     */
    Plan(Recipe recipe, Room room) {
        if (recipe.passes().size() > MOST_PASSES) {
            throw new IllegalArgumentException(
                    "a recipe of "
                            + recipe.passes().size()
                            + " passes is too long; at most "
                            + MOST_PASSES
                            + " are taken");
        }
        recipe.passes().forEach(pass -> passes.add(room.passes().get(pass)));
        Set<String> known = new TreeSet<>(Options.namesOf(passes));
        Map<String, String> settings = new TreeMap<>(recipe.options());
        settings.keySet().removeAll(known);
        if (recipe.scheme().isEmpty()) {
            quantizer = null;
            scheme = null;
        } else {
            quantizer = room.quantizers().get(recipe.scheme());
            known.addAll(Options.namesOf(quantizer.service(), quantizer.name()));
            scheme = QuantizationScheme.of(quantizer.name()).with(settings);
        }
        Options.check(settings.keySet(), known);
        passSettings = Options.ofPasses(recipe.options(), passes);
    }

    /** The recipe with all versions. */
    Recipe pinned(Map<String, String> options) {
        return new Recipe(
                passes.stream().map(Versioned::reference).toList(),
                quantizer == null ? "" : quantizer.reference(),
                options);
    }

    void apply(Model model, CompileMonitor monitor) throws BackendException {
        if (quantizer != null && quantizer.service().needsCalibration(scheme)) {
            throw new IllegalArgumentException(
                    "scheme "
                            + quantizer.reference()
                            + " needs the statistics of a calibration, which this recipe does not"
                            + " bring; make the recipe with 'tenon optimize --calibrate'");
        }
        run(passes.stream().filter(Plan::isEarly).toList(), model, monitor);
        if (quantizer != null) {
            quantizer.service().quantize(model, scheme, Optional.empty(), monitor);
        }
        run(passes.stream().filter(pass -> !isEarly(pass)).toList(), model, monitor);
    }

    private void run(List<Versioned<GraphPass>> part, Model model, CompileMonitor monitor)
            throws BackendException {
        Passes.runListed(model, part, passSettings, monitor);
    }

    private static boolean isEarly(Versioned<GraphPass> pass) {
        return pass.service().stage().compareTo(Stage.FUSION) < 0;
    }
}
