package ai.tenon.evaluation.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import java.util.List;
import java.util.Random;

/** Small models. */
public final class TestModels {
    private TestModels() {}

    /** x[N,8] → MatMul h1 → Identity → Identity → Relu → MatMul y[N,4]. */
    public static Model perceptron() {
        Graph graph = new Graph("perceptron");
        Value x = graph.addInput("x", ValueType.tensor(DataType.FLOAT, -1, 8));
        Value w1 = graph.addInitializer("w1", random(8, 16));
        Value w2 = graph.addInitializer("w2", random(16, 4));
        Value h1 = graph.newValue("h1", ValueType.tensor(DataType.FLOAT, -1, 16));
        Value same = graph.newValue("same", null);
        Value again = graph.newValue("again", null);
        Value relu = graph.newValue("relu", null);
        Value y = graph.newValue("y", ValueType.tensor(DataType.FLOAT, -1, 4));
        graph.add("", "MatMul", "first", List.of(x, w1), List.of(h1));
        graph.add("", "Identity", "", List.of(h1), List.of(same));
        graph.add("", "Identity", "", List.of(same), List.of(again));
        graph.add("", "Relu", "", List.of(again), List.of(relu));
        graph.add("", "MatMul", "second", List.of(relu, w2), List.of(y));
        graph.addOutput(y);
        Model model = new Model(graph);
        model.setIrVersion(8);
        model.opsetImports().put("", 17L);
        return model;
    }

    /** x[N,8] and flag → If of two MatMuls → MatMul y[N,4]. */
    public static Model branches() {
        Graph graph = new Graph("branches");
        Value x = graph.addInput("x", ValueType.tensor(DataType.FLOAT, -1, 8));
        Value flag = graph.addInput("flag", ValueType.tensor(DataType.BOOL));
        Value chosen = graph.newValue("chosen", ValueType.tensor(DataType.FLOAT, -1, 8));
        Value y = graph.newValue("y", ValueType.tensor(DataType.FLOAT, -1, 4));
        Node branch = graph.add("", "If", "if", List.of(flag), List.of(chosen));
        for (String name : List.of("then", "else")) {
            Graph body = new Graph(name);
            branch.set(Attribute.ofGraph(name + "_branch", body));
            Value weight = body.addInitializer("w_" + name, random(8, 8));
            Value out = body.newValue(name, ValueType.tensor(DataType.FLOAT, -1, 8));
            body.add("", "MatMul", "", List.of(x, weight), List.of(out));
            body.addOutput(out);
        }
        Value last = graph.addInitializer("w", random(8, 4));
        graph.add("", "MatMul", "", List.of(chosen, last), List.of(y));
        graph.addOutput(y);
        Model model = new Model(graph);
        model.setIrVersion(8);
        model.opsetImports().put("", 17L);
        return model;
    }

    /** x[N,8] → six times MatMul and Relu, h0 to h5 → Gemm g → Softplus y[N,4]. */
    public static Model deep() {
        Graph graph = new Graph("deep");
        Value current = graph.addInput("x", ValueType.tensor(DataType.FLOAT, -1, 8));
        for (int i = 0; i < 6; i++) {
            Value weight = graph.addInitializer("w" + i, random(8, 8));
            Value product = graph.newValue("h" + i, null);
            Value relu = graph.newValue("r" + i, null);
            graph.add("", "MatMul", "", List.of(current, weight), List.of(product));
            graph.add("", "Relu", "", List.of(product), List.of(relu));
            current = relu;
        }
        Value last = graph.addInitializer("wg", random(8, 4));
        Value g = graph.newValue("g", null);
        Value y = graph.newValue("y", ValueType.tensor(DataType.FLOAT, -1, 4));
        graph.add("", "Gemm", "", List.of(current, last), List.of(g));
        graph.add("", "Softplus", "", List.of(g), List.of(y));
        graph.addOutput(y);
        Model model = new Model(graph);
        model.setIrVersion(8);
        model.opsetImports().put("", 17L);
        return model;
    }

    private static Tensor random(int rows, int columns) {
        Random random = new Random(rows * 31L + columns);
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.ofFloats(values, rows, columns);
    }
}
