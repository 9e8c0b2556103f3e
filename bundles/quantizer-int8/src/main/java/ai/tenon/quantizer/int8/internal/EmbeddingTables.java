package ai.tenon.quantizer.int8.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Rewrites lookups in embedding tables: codes and scale of a row are looked up and multiplied. A
 * row has a scale of its own, symmetric, whatever other weights have: rows of rare and of frequent
 * entries differ most, and two lookups cost less than three.
 */
final class EmbeddingTables {
    /** Below this a scale of its own takes what a row saves. */
    private static final int SHORTEST_ROW = 4;

    private static final CodeType ROW = CodeType.ofWeights(DataType.INT8, true, false);

    private final Map<Value, Table> tables = new HashMap<>();

    /** Initializers that stand for a table: INT8 [rows, length] and FLOAT [rows, 1]. */
    private record Table(Value codes, Value scales, long bytes) {}

    /** Rewrites a Gather along axis 0 of a table, or says why not. */
    void quantize(Layer layer, LayerLog log) {
        String reason = Obstacles.of(layer);
        if (reason.isEmpty() && layer.weights().rank() != 2) {
            reason = "its table has " + layer.weights().rank() + " dimensions, not 2";
        }
        if (reason.isEmpty() && layer.length() < SHORTEST_ROW) {
            reason = "its rows are too short to have a scale each";
        }
        Optional<Table> table = reason.isEmpty() ? table(layer) : Optional.empty();
        if (table.isEmpty()) {
            log.kept(layer, reason.isEmpty() ? Obstacles.NOT_FINITE : reason);
            return;
        }
        log.quantized(layer, "int8 per row", table.get().bytes());
        String name = layer.id();
        Node node = layer.node();
        Editor editor = new Editor(node);
        Value codes =
                editor.add(
                        "Gather",
                        name + "_int8",
                        DataType.INT8,
                        table.get().codes(),
                        node.input(1));
        Value scale =
                editor.add(
                        "Gather",
                        name + "_scale",
                        DataType.FLOAT,
                        table.get().scales(),
                        node.input(1));
        codes.producer().set(Attribute.ofInt("axis", 0));
        scale.producer().set(Attribute.ofInt("axis", 0));
        Value cast = editor.cast(name + "_float", codes);
        Editor.replace(node, editor.add("Mul", name + "_row", DataType.FLOAT, cast, scale));
        Editor.dropUnused(layer.weight());
    }

    private Optional<Table> table(Layer layer) {
        Value weight = layer.weight();
        if (!tables.containsKey(weight)) {
            WeightCodes.of(layer.weights(), 0, ROW, true)
                    .ifPresent(rows -> tables.put(weight, store(layer, rows)));
        }
        return Optional.ofNullable(tables.get(weight));
    }

    private static Table store(Layer layer, WeightCodes rows) {
        Editor editor = new Editor(layer.node());
        String name = layer.weight().name();
        Tensor scales = rows.scaleTensor(rows.scales().length, 1);
        return new Table(
                editor.constant(name + "_quantized", rows.codes()),
                editor.constant(name + "_scale", scales),
                rows.codes().byteSize() + scales.byteSize());
    }
}
