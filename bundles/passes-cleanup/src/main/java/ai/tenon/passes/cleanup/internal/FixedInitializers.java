package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/**
 * Takes weights out of the inputs. Before IR version 4, every initializer had to be an input; since
 * then, one that is an input is a default that a caller may replace, but exporters went on listing
 * all weights. A signature never offers them, so nothing changes for whom this runtime serves; with
 * the setting {@code keep-defaults=true} those of newer models stay as they are.
 */
@Component
public final class FixedInitializers implements GraphPass {
    private static final String KEEP_DEFAULTS = "keep-defaults";
    private static final long MEANT_SINCE = 4;

    @Override
    public String name() {
        return "fixed-initializers";
    }

    @Override
    public Stage stage() {
        return Stage.CLEANUP;
    }

    @Override
    public double tolerance() {
        return 0;
    }

    @Override
    public Set<String> settings() {
        return Set.of(KEEP_DEFAULTS);
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        String keep = settings.getOrDefault(KEEP_DEFAULTS, "false");
        if (!Set.of("true", "false").contains(keep)) {
            throw new IllegalArgumentException(
                    "setting " + KEEP_DEFAULTS + " is true or false, not '" + keep + "'");
        }
        if (keep.equals("true") && model.irVersion() >= MEANT_SINCE) {
            return new PassResult(0, List.of());
        }
        int changes = 0;
        for (Value initializer : List.copyOf(model.graph().initializers())) {
            if (model.graph().inputs().contains(initializer)) {
                model.graph().removeInput(initializer);
                changes++;
            }
        }
        if (changes > 0) {
            model.setIrVersion(Math.max(model.irVersion(), MEANT_SINCE));
        }
        return new PassResult(
                changes,
                changes == 0
                        ? List.of()
                        : List.of(
                                "weights that are no inputs any more, so that callers cannot"
                                        + " replace them: "
                                        + changes));
    }
}
