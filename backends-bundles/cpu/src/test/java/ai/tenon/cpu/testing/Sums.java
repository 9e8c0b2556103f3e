package ai.tenon.cpu.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.onnx.internal.OnnxFormat;
import java.util.Arrays;
import java.util.List;

/** A model that sums the rows of a matrix by a product with ones: work enough to be shared. */
public final class Sums {
    private static final int SIZE = 512;

    private Sums() {}

    /** The model. */
    public static ModelSource source() {
        float[] ones = new float[SIZE * SIZE];
        Arrays.fill(ones, 1);
        Graph graph = new Graph("sums");
        ValueType type = ValueType.tensor(DataType.FLOAT, SIZE, SIZE);
        Value x = graph.addInput("x", type);
        Value y = graph.newValue("y", type);
        Value matrix = graph.addInitializer("matrix", Tensor.ofFloats(ones, SIZE, SIZE));
        graph.add("", "MatMul", "", List.of(x, matrix), List.of(y));
        graph.addOutput(y);
        Model model = new Model(graph);
        model.opsetImports().put("", 20L);
        return ModelSource.ofModel("sums", "0".repeat(64), model, new OnnxFormat());
    }

    /** Runs it, and holds its answer against sums. */
    public static void check(ExecutionContext context) throws BackendException {
        float[] x = new float[SIZE * SIZE];
        float[] sums = new float[SIZE * SIZE];
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 7 - 3;
            sums[i / SIZE * SIZE] += x[i];
        }
        for (int i = 0; i < x.length; i++) {
            sums[i] = sums[i / SIZE * SIZE];
        }
        context.run(new Tensor[] {Tensor.ofFloats(x, SIZE, SIZE)}, new RunControl());
        assertArrayEquals(sums, context.output(0).toFloats());
    }
}
