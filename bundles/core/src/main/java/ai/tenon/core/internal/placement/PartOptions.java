package ai.tenon.core.internal.placement;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileOptions;
import ai.tenon.core.internal.placement.Plan.Part;
import ai.tenon.graph.Value;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the options for a whole model mean for each of its parts: what is said of an input goes to
 * the part that has it, and a setting to the parts whose backends know it. One that none of them
 * knows goes to all, who refuse it.
 */
final class PartOptions {
    private static final String SHAPE = "shape.";

    private final List<Part> parts;
    private final CompileOptions whole;

    PartOptions(List<Part> parts, CompileOptions whole) {
        this.parts = parts;
        this.whole = whole;
    }

    /**
     * @throws BackendException if the part cannot be read
     */
    CompileOptions of(Part part) throws BackendException {
        Set<String> inputs =
                part.source().model().graph().inputs().stream()
                        .map(Value::name)
                        .collect(Collectors.toSet());
        CompileOptions.Builder options =
                CompileOptions.builder().threads(whole.threads()).power(whole.power());
        whole.cacheFolder().ifPresent(options::cacheFolder);
        whole.inputShapes()
                .forEach(
                        (input, shape) -> {
                            if (inputs.contains(input)) {
                                options.inputShape(input, shape);
                            }
                        });
        whole.settings()
                .forEach(
                        (name, value) -> {
                            if (name.startsWith(SHAPE)
                                    ? inputs.contains(name.substring(SHAPE.length()))
                                    : isFor(part, name)) {
                                options.setting(name, value);
                            }
                        });
        return options.build();
    }

    private boolean isFor(Part part, String setting) {
        return takes(part, setting) || parts.stream().noneMatch(other -> takes(other, setting));
    }

    /** A backend that does not say what it knows takes anything. */
    private static boolean takes(Part part, String setting) {
        return part.backend().description().settings().map(s -> s.knows(setting)).orElse(true);
    }
}
