package ai.tenon.passes.fusion.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.SeededInputs;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.onnx.internal.OnnxFormat;
import ai.tenon.optimize.GraphPass;
import ai.tenon.reference.internal.ReferenceBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Builds small models, applies passes to them, and compares what they compute. */
public final class Fixture {
    public final Graph graph = new Graph("test");
    public final Model model = new Model(graph);
    private final Random random = new Random(7);

    /** A model of that version of the standard operator set. */
    public Fixture(long opset) {
        model.opsetImports().put("", opset);
    }

    public Value input(String name, long... shape) {
        return graph.addInput(name, ValueType.tensor(DataType.FLOAT, shape));
    }

    /** Random weights in [-1, 1). */
    public Value weights(String name, long... shape) {
        float[] values = new float[Tensor.elements(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return graph.addInitializer(name, Tensor.ofFloats(values, shape));
    }

    /** Random values in [0.5, 1.5): variances, divisors. */
    public Value positive(String name, long... shape) {
        float[] values = new float[Tensor.elements(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.5f + random.nextFloat();
        }
        return graph.addInitializer(name, Tensor.ofFloats(values, shape));
    }

    public Value constant(String name, float[] values, long... shape) {
        return graph.addInitializer(name, Tensor.ofFloats(values, shape));
    }

    public Value integers(String name, long... values) {
        return graph.addInitializer(name, Tensor.ofLongs(values, values.length));
    }

    /** The first output, named {@code out}, of a new node. */
    public Value node(String type, String out, List<Value> inputs, Attribute... attributes) {
        int dot = type.lastIndexOf('.');
        Node node =
                graph.add(
                        dot < 0 ? "" : type.substring(0, dot),
                        type.substring(dot + 1),
                        "",
                        inputs,
                        List.of(graph.newValue(out, null)));
        Arrays.asList(attributes).forEach(node::set);
        return node.output(0);
    }

    /** Inference BatchNormalization with random statistics. */
    public Value normalized(String out, Value x, long channels) {
        return node(
                "BatchNormalization",
                out,
                List.of(
                        x,
                        weights(out + ".scale", channels),
                        weights(out + ".b", channels),
                        weights(out + ".mean", channels),
                        positive(out + ".var", channels)));
    }

    /** Declares an output. */
    public Fixture output(Value value, long... shape) {
        value.setType(ValueType.tensor(DataType.FLOAT, shape));
        graph.addOutput(value);
        return this;
    }

    /**
     * A copy of the model after the pass, which must say the number of changes that is expected,
     * and leave what the model computes within its tolerance.
     */
    public Model after(GraphPass pass, int changes, Map<String, String> settings) {
        Model changed = model.copy();
        assertEquals(changes, pass.apply(changed, settings).changes(), "changes");
        assertSame(model, changed, pass.tolerance());
        return changed;
    }

    public Model after(GraphPass pass, int changes) {
        return after(pass, changes, Map.of());
    }

    /** Qualified operators in the order of the nodes. */
    public static List<String> operators(Model model) {
        return model.graph().nodes().stream().map(Node::qualifiedType).toList();
    }

    /** Both give the same outputs under the same names, on the reference backend. */
    public static void assertSame(Model before, Model after, double tolerance) {
        assertTrue(after.graph().isSorted(), "nodes in an order in which they can run");
        assertEquals(names(before.graph().outputs()), names(after.graph().outputs()));
        assertEquals(names(before.graph().inputs()), names(after.graph().inputs()));
        List<Tensor> expected = run(before);
        List<Tensor> actual = run(after);
        for (int i = 0; i < expected.size(); i++) {
            assertClose(expected.get(i), actual.get(i), tolerance);
        }
    }

    /** Differences relative to the largest magnitude, or absolute below 1. */
    public static void assertClose(Tensor expected, Tensor actual, double tolerance) {
        assertTrue(expected.sameTypeAndShape(actual), expected + " became " + actual);
        double[] e = Numbers.doubles(expected);
        double[] a = Numbers.doubles(actual);
        double magnitude = Math.max(1, Arrays.stream(e).map(Math::abs).max().orElse(1));
        for (int i = 0; i < e.length; i++) {
            assertEquals(e[i], a[i], tolerance * magnitude, "element " + i);
        }
    }

    /** All outputs for seeded inputs; the model goes through its file form first. */
    public static List<Tensor> run(Model model) {
        try {
            OnnxFormat format = new OnnxFormat();
            ModelSource source =
                    ModelSource.ofModel("test", "0", format.read(format.write(model)), format);
            CompileOptions options = CompileOptions.builder().build();
            try (Executable executable =
                            new ReferenceBackend().compile(source, options, CompileMonitor.SILENT);
                    ExecutionContext context = executable.newContext()) {
                context.run(SeededInputs.of(executable.signature(), Map.of()), new RunControl());
                List<Tensor> outputs = new ArrayList<>();
                for (int i = 0; i < executable.signature().outputs().size(); i++) {
                    Tensor out = context.output(i);
                    outputs.add(Numbers.of(out.type(), Numbers.doubles(out), out.shape()));
                }
                return outputs;
            }
        } catch (BackendException | ai.tenon.model.ModelFormatException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> names(List<Value> values) {
        return values.stream().map(Value::name).toList();
    }
}
