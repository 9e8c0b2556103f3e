package ai.tenon.graph.opset;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.shape.ShapeInference;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Raises a model to a newer version of the standard operator set, so that operators of that version
 * can be put into it.
 *
 * <p>Follows ONNX's operator changelog ({@code onnx/docs/Changelog.md}): a node is taken through
 * every version at which its operator came to be written or understood differently. Other domains
 * are left alone.
 */
public final class OpsetRaise {
    /** The newest version that this class knows of. */
    public static final long NEWEST = 23;

    /** The first operator set version of each file format version from the third on. */
    private static final TreeMap<Long, Long> IR_VERSIONS =
            new TreeMap<>(
                    Map.of(
                            1L, 3L, 9L, 4L, 10L, 5L, 11L, 6L, 12L, 7L, 15L, 8L, 19L, 9L, 21L, 10L,
                            23L, 11L));

    private OpsetRaise() {}

    /**
     * Raises the standard operator set of a model, its subgraphs and its functions to at least
     * {@code version}, and the file format's version to one that knows it. Does nothing if the
     * model is there already.
     *
     * @param version at most {@link #NEWEST}
     * @return number of nodes that had to be rewritten
     * @throws IllegalArgumentException if a node cannot be converted; the message names it, and the
     *     model is as it was
     */
    public static int raise(Model model, long version) {
        requireKnown(version);
        if (model.opset("") >= version) {
            return 0;
        }
        // What cannot be converted shows on a copy, so that the model itself is never half done.
        convert(model.copy(), version);
        return convert(model, version);
    }

    /**
     * A copy of a model, raised as {@link #raise} does it.
     *
     * @throws IllegalArgumentException if a node cannot be converted; the message names it
     */
    public static Model raised(Model model, long version) {
        requireKnown(version);
        Model copy = model.copy();
        if (copy.opset("") < version) {
            convert(copy, version);
        }
        return copy;
    }

    private static void requireKnown(long version) {
        if (version > NEWEST) {
            throw new IllegalArgumentException(
                    "operator set " + version + " is newer than the newest known, " + NEWEST);
        }
    }

    private static int convert(Model model, long version) {
        ShapeInference types = ShapeInference.of(model);
        int changes = 0;
        if (model.opset("") > 0) {
            Range range = new Range(model.opset(""), version, types, false);
            changes += convert(model.graph(), range);
        }
        model.opsetImports().put("", version);
        for (Function function : model.functions()) {
            long from = function.opsetImports().getOrDefault("", version);
            if (from < version) {
                changes += convert(function.body(), new Range(from, version, types, true));
                function.opsetImports().put("", version);
            }
        }
        raiseIr(model, IR_VERSIONS.floorEntry(version).getValue());
        return changes;
    }

    private static void raiseIr(Model model, long version) {
        if (model.irVersion() >= version) {
            return;
        }
        if (model.irVersion() < 4) {
            // There, every initializer had to be an input without being meant to be one.
            for (Value initializer : List.copyOf(model.graph().initializers())) {
                model.graph().removeInput(initializer);
            }
        }
        model.setIrVersion(version);
    }

    /**
     * What is converted.
     *
     * @param function true inside a function's body, where there are no initializers
     */
    record Range(long from, long to, ShapeInference types, boolean function) {}

    private static int convert(Graph graph, Range range) {
        int changes = 0;
        for (Node node : List.copyOf(graph.nodes())) {
            for (Attribute attribute : node.attributes()) {
                for (Graph subgraph : attribute.graphs()) {
                    changes += convert(subgraph, range);
                }
            }
            changes += node.domain().isEmpty() && convert(node, range) ? 1 : 0;
        }
        return changes;
    }

    private static boolean convert(Node node, Range range) {
        Site site = new Site(node, range);
        boolean changed = false;
        for (long version = range.from() + 1; version <= range.to(); version++) {
            for (Conversion each : Conversions.find(site.node().opType(), version)) {
                each.convert(site);
                changed = true;
            }
        }
        return changed;
    }
}
