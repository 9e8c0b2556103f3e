package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Function;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.layer.Layer;
import java.util.ArrayList;
import java.util.List;

/** An operator of the domain {@code ai.tenon} whose meaning travels with the model. */
final class FunctionForm extends DequantizedForm {
    /** The first version of the file format with functions. */
    private static final long IR_VERSION = 8;

    private final Model model;

    FunctionForm(Model model) {
        this.model = model;
    }

    @Override
    public long opset() {
        return UnpackFunction.OPSET;
    }

    @Override
    public String words() {
        return "ai.tenon function";
    }

    @Override
    Value dequantize(Layer layer, QuantizedMatrix matrix) {
        Format format = matrix.format();
        Function function = function(format);
        int length = matrix.length();
        int parts = BitPacking.parts(format.bits());
        int groups = format.groups(length);
        int padded = groups > 1 ? groups * format.block() : (length + parts - 1) / parts * parts;
        List<Value> inputs = new ArrayList<>();
        inputs.add(store(layer, "_codes", BitPacking.planes(matrix, padded)));
        int group = format.group(length);
        long[] shape = {matrix.rows(), groups, 1};
        inputs.add(store(layer, "_scales", Stored.scales(matrix, group, shape)));
        if (!format.symmetric()) {
            inputs.add(store(layer, "_zeros", Stored.zeros(matrix, group, DataType.UINT8, shape)));
        }
        Node node = layer.node();
        Value rows =
                node.graph()
                        .freshValue(
                                layer.weight().name() + "_rows",
                                ValueType.tensor(DataType.FLOAT, matrix.rows(), padded));
        node.graph()
                .insertBefore(
                        node,
                        function.domain(),
                        function.name(),
                        rows.name(),
                        inputs,
                        List.of(rows));
        return restore(layer, padded == length ? rows : cut(layer, rows, length));
    }

    /** The model's own copy of the function, added where it is not there yet. */
    private Function function(Format format) {
        Function wanted = new UnpackFunction(format, model.opset("")).build();
        model.setIrVersion(Math.max(model.irVersion(), IR_VERSION));
        model.opsetImports().putIfAbsent(wanted.domain(), 1L);
        return model.functions().stream()
                .filter(
                        each ->
                                each.domain().equals(wanted.domain())
                                        && each.name().equals(wanted.name()))
                .findFirst()
                .orElseGet(
                        () -> {
                            model.functions().add(wanted);
                            return wanted;
                        });
    }
}
