package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A model of layers in a row, with random weights. */
final class TestModel {
    final Graph graph = new Graph("test");
    final Model model = new Model(graph);
    private final Random random = new Random(5);
    private Value last;

    TestModel(long opset, long... inputShape) {
        model.opsetImports().put("", opset);
        last = graph.addInput("x", ValueType.tensor(DataType.FLOAT, inputShape));
    }

    /** Adds a layer that reads the last one. */
    TestModel layer(String opType, Tensor weights, List<Tensor> more, Attribute... attributes) {
        String name = opType.toLowerCase(java.util.Locale.ROOT) + graph.nodes().size();
        return layer(opType, graph.addInitializer(name + "_w", weights), more, attributes);
    }

    /** Adds a layer with weights that are there already. */
    TestModel layer(String opType, Value weights, List<Tensor> more, Attribute... attributes) {
        String name = opType.toLowerCase(java.util.Locale.ROOT) + graph.nodes().size();
        List<Value> inputs = new ArrayList<>(List.of(last, weights));
        more.forEach(each -> inputs.add(graph.addInitializer(name + "_b", each)));
        last = graph.newValue(name, null);
        Node node = graph.add("", opType, name, inputs, List.of(last));
        for (Attribute attribute : attributes) {
            node.set(attribute);
        }
        return this;
    }

    /** Declares the output of the last layer the model's. */
    Model output(long... shape) {
        last.setType(ValueType.tensor(DataType.FLOAT, shape));
        graph.addOutput(last);
        return model;
    }

    /** Weights as layers have them: near normal, a few far out. */
    Tensor weights(long... shape) {
        float[] values = new float[Tensor.elements(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * (i % 97 == 0 ? 0.3 : 0.1));
        }
        return Tensor.ofFloats(values, shape);
    }

    /** Inputs that go together: few directions carry most of what is in them. */
    Tensor inputs(long... shape) {
        int length = (int) shape[shape.length - 1];
        float[] values = new float[Tensor.elements(shape)];
        for (int from = 0; from < values.length; from += length) {
            double a = random.nextGaussian();
            double b = random.nextGaussian();
            for (int i = 0; i < length; i++) {
                values[from + i] =
                        (float)
                                (a * Math.sin(i)
                                        + b * Math.cos(0.1 * i)
                                        + 0.2 * random.nextGaussian());
            }
        }
        return Tensor.ofFloats(values, shape);
    }
}
