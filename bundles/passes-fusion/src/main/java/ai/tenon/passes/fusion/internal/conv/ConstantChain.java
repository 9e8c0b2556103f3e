package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** Makes one operator of two that add constants (Add, Sub) or multiply by them (Mul, Div). */
@Component
public final class ConstantChain implements GraphPass {
    private static final int FIRST_OPSET = 7;

    @Override
    public String name() {
        return "constant-chain";
    }

    @Override
    public Stage stage() {
        return Stage.FOLDING;
    }

    @Override
    public double tolerance() {
        return 1e-5;
    }

    @Override
    public Set<String> after() {
        return Set.of("hard-swish");
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        int changes = 0;
        for (Node node : List.copyOf(model.graph().nodes())) {
            Step second = model.opset("") < FIRST_OPSET ? null : Step.of(node);
            Step first =
                    second == null || !Match.isReadOnce(second.input)
                            ? null
                            : Step.of(second.input.producer());
            if (first != null && first.adds == second.adds && merge(node, first, second)) {
                changes++;
            }
        }
        return Edit.result(changes, "constants added or multiplied one after the other joined");
    }

    private static boolean merge(Node node, Step first, Step second) {
        Tensor combined = combine(first, second);
        if (combined == null) {
            return false;
        }
        boolean negated = first.negated != second.negated;
        String type = !first.adds ? "Mul" : negated ? "Sub" : "Add";
        Value constant = Constants.add(node.graph(), node.output(0).name() + ".constant", combined);
        List<Value> inputs =
                negated ? List.of(constant, first.input) : List.of(first.input, constant);
        Edit.replace(node, type, node.name(), inputs, List.of());
        return true;
    }

    /** Null if the one constant would be larger than the larger of the two, or is not finite. */
    private static Tensor combine(Step first, Step second) {
        int rank = Math.max(first.shape.length, second.shape.length);
        long[] one = aligned(first.shape, rank);
        long[] other = aligned(second.shape, rank);
        long[] shape = new long[rank];
        for (int i = 0; i < rank; i++) {
            if (one[i] != other[i] && one[i] != 1 && other[i] != 1) {
                return null;
            }
            shape[i] = one[i] == 1 ? other[i] : one[i];
        }
        double[] values = new double[Tensor.elements(shape)];
        if (values.length > Math.max(first.values.length, second.values.length)) {
            return null;
        }
        for (int i = 0; i < values.length; i++) {
            double a = first.values[position(i, shape, one)];
            double b = second.values[position(i, shape, other)];
            values[i] = !first.adds ? a * b : second.negated ? b - a : a + b;
            if (!Double.isFinite((float) values[i])) {
                return null;
            }
        }
        return Numbers.of(DataType.FLOAT, values, shape);
    }

    private static long[] aligned(long[] shape, int rank) {
        long[] aligned = new long[rank];
        Arrays.fill(aligned, 1);
        System.arraycopy(shape, 0, aligned, rank - shape.length, shape.length);
        return aligned;
    }

    /** Where the element of a shape lies in a tensor that is broadcast to it. */
    private static int position(int index, long[] shape, long[] own) {
        int position = 0;
        int stride = 1;
        int rest = index;
        for (int i = shape.length - 1; i >= 0; i--) {
            position += own[i] == 1 ? 0 : (int) (rest % shape[i]) * stride;
            stride *= (int) own[i];
            rest /= (int) shape[i];
        }
        return position;
    }

    /**
     * One of the two: {@code ±input + values} or {@code input * values}.
     *
     * @param adds false if it multiplies
     * @param negated true if the input is subtracted
     */
    private record Step(Value input, boolean adds, boolean negated, double[] values, long[] shape) {
        /** Null if the node is none. */
        static Step of(Node node) {
            if (!Match.is(node, "Add", "Sub", "Mul", "Div")) {
                return null;
            }
            boolean first = Channels.floats(node.input(0)) != null;
            Tensor constant = Channels.floats(node.input(first ? 0 : 1));
            Value input = node.input(first ? 1 : 0);
            boolean divides = node.opType().equals("Div");
            if (constant == null || Constants.tensor(input) != null || first && divides) {
                return null;
            }
            boolean subtracts = node.opType().equals("Sub");
            double[] values = Numbers.doubles(constant);
            for (int i = 0; i < values.length; i++) {
                values[i] = divides ? 1 / values[i] : subtracts && !first ? -values[i] : values[i];
            }
            boolean adds = subtracts || node.opType().equals("Add");
            return new Step(input, adds, subtracts && first, values, constant.shape());
        }
    }
}
