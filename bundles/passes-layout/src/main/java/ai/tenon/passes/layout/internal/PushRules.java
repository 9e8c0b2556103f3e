package ai.tenon.passes.layout.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Rewrite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Says for each operator how it works on data in another order. */
final class PushRules {
    /** Element by element, with numpy's broadcasting. */
    private static final Set<String> ELEMENTWISE =
            Set.of(
                    ("Abs Acos Acosh Add And Asin Asinh Atan Atanh BitShift BitwiseAnd BitwiseNot"
                                    + " BitwiseOr BitwiseXor Cast Ceil Celu Clip Cos Cosh Div Elu"
                                    + " Equal Erf Exp Floor Gelu Greater GreaterOrEqual HardSigmoid"
                                    + " HardSwish Identity IsInf IsNaN LeakyRelu Less LessOrEqual"
                                    + " Log Max Mean Min Mish Mod Mul Neg Not Or PRelu Pow"
                                    + " Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh"
                                    + " Softplus Softsign Sqrt Sub Sum Swish Tan Tanh"
                                    + " ThresholdedRelu Where Xor")
                            .split(" "));

    private static final long NUMPY_BROADCASTING = 7;
    private static final long INPUTS_OF_SLICE = 10;
    private static final long INPUTS_OF_PAD = 11;
    private static final long ONE_AXIS = 13;

    private final Transposes transposes;
    private final long opset;

    PushRules(Transposes transposes, long opset) {
        this.transposes = transposes;
        this.opset = opset;
    }

    /**
     * The node in the order before the Transpose that its input (or, with several, each of them)
     * comes through.
     *
     * @return null if it cannot work in that order
     */
    Pushed push(Node node, Permutation order) {
        if (!node.domain().isEmpty()) {
            return null;
        }
        if (isElementwise(node)) {
            return same(node, order, List.of());
        }
        if (node.opType().startsWith("Reduce")) {
            return reduced(node, order, node.intAttribute("keepdims", 1) == 0);
        }
        return switch (node.opType()) {
            case "Concat" -> same(node, order, List.of(axis(node, order, 1)));
            case "Split" -> alone(node, order, List.of(axis(node, order, 0)));
            case "Softmax", "LogSoftmax", "Hardmax" ->
                    opset < ONE_AXIS ? null : alone(node, order, List.of(axis(node, order, -1)));
            case "ArgMax", "ArgMin" -> extreme(node, order);
            case "Squeeze" -> reduced(node, order, true);
            case "QuantizeLinear", "DequantizeLinear" -> quantized(node, order);
            case "Pad" -> padded(node, order);
            case "Slice" -> sliced(node, order);
            default -> null;
        };
    }

    /** True if the operator works element by element, whatever their order. */
    boolean isElementwise(Node node) {
        return node.domain().isEmpty()
                && opset >= NUMPY_BROADCASTING
                && ELEMENTWISE.contains(node.opType());
    }

    private static Attribute axis(Node node, Permutation order, long otherwise) {
        return Attribute.ofInt("axis", order.before(node.intAttribute("axis", otherwise)));
    }

    /** All inputs are in the order, constant, or the same in every order. */
    private Pushed same(Node node, Permutation order, List<Attribute> changed) {
        List<Value> inputs = new ArrayList<>();
        for (Value input : node.inputs()) {
            Value before = input == null ? null : before(input, order, node);
            if (input != null && before == null) {
                Rewrite.removeUnused(inputs.toArray(Value[]::new)); // constants made in vain
                return null;
            }
            inputs.add(before);
        }
        return new Pushed(inputs, changed, order);
    }

    private Value before(Value input, Permutation order, Node node) {
        if (order.equals(transposes.order(input))) {
            return input.producer().input(0);
        }
        Tensor constant = Constants.tensor(input);
        Shape shape = transposes.shape(input);
        boolean joins = node.opType().equals("Concat");
        if (shape == null || shape.rank() > order.rank()) {
            return null;
        }
        boolean single = shape.dimensions().stream().allMatch(each -> each.length() == 1);
        if (single && (!joins || shape.rank() == order.rank())) {
            return input;
        }
        return constant == null || !Permutation.moves(constant.type())
                ? null
                : Constants.add(
                        node.graph(),
                        input.name(),
                        order.inverse().apply(widened(constant, order)));
    }

    private static Tensor widened(Tensor tensor, Permutation order) {
        long[] shape = new long[order.rank()];
        Arrays.fill(shape, 1);
        int added = order.rank() - tensor.rank();
        for (int i = 0; i < tensor.rank(); i++) {
            shape[added + i] = tensor.dim(i);
        }
        return tensor.reshaped(shape);
    }

    /** The first input is in the order, the others do not depend on it. */
    private Pushed alone(Node node, Permutation order, List<Attribute> changed) {
        List<Value> inputs = inputs(node, order);
        return inputs == null ? null : new Pushed(inputs, changed, order);
    }

    private List<Value> inputs(Node node, Permutation order) {
        if (!order.equals(transposes.order(node.input(0)))) {
            return null;
        }
        List<Value> inputs = new ArrayList<>(node.inputs());
        inputs.set(0, node.input(0).producer().input(0));
        return inputs;
    }

    private Pushed quantized(Node node, Permutation order) {
        Shape scale = transposes.shape(node.input(1));
        if (scale == null || scale.rank() > 1) {
            return null;
        }
        return alone(node, order, scale.rank() == 0 ? List.of() : List.of(axis(node, order, 1)));
    }

    private Pushed extreme(Node node, Permutation order) {
        Attribute axis = axis(node, order, 0);
        int gone = order.inverse().before(axis.asInt());
        boolean drops = node.intAttribute("keepdims", 1) == 0;
        List<Value> inputs = inputs(node, order);
        Permutation behind = drops ? order.without(List.of(gone)) : order;
        return inputs == null ? null : new Pushed(inputs, List.of(axis), behind);
    }

    private Pushed reduced(Node node, Permutation order, boolean drops) {
        List<Value> inputs = inputs(node, order);
        boolean asInput = node.input(1) != null;
        long[] axes =
                asInput
                        ? Constants.integers(node.input(1))
                        : node.intsAttribute("axes", new long[0]);
        if (inputs == null || axes == null || axes.length == 0) {
            return null;
        }
        List<Integer> gone = new ArrayList<>();
        long[] before = new long[axes.length];
        for (int i = 0; i < axes.length; i++) {
            gone.add((int) (axes[i] < 0 ? axes[i] + order.rank() : axes[i]));
            before[i] = order.before(axes[i]);
        }
        List<Attribute> changed = List.of();
        if (asInput) {
            inputs.set(1, constant(node, node.input(1), before));
        } else {
            changed = List.of(Attribute.ofInts("axes", before));
        }
        return new Pushed(inputs, changed, drops ? order.without(gone) : order);
    }

    private Pushed padded(Node node, Permutation order) {
        List<Value> inputs = inputs(node, order);
        boolean asInput = opset >= INPUTS_OF_PAD;
        long[] pads =
                asInput ? Constants.integers(node.input(1)) : node.intsAttribute("pads", null);
        if (inputs == null || pads == null) {
            return null;
        }
        if (node.input(3) != null) {
            return someAxes(node, order, inputs);
        }
        int rank = order.rank();
        if (pads.length != 2 * rank) {
            return null;
        }
        long[] before = new long[2 * rank];
        for (int i = 0; i < rank; i++) {
            before[order.before(i)] = pads[i];
            before[rank + order.before(i)] = pads[rank + i];
        }
        if (!asInput) {
            return new Pushed(inputs, List.of(Attribute.ofInts("pads", before)), order);
        }
        inputs.set(1, constant(node, node.input(1), before));
        return new Pushed(inputs, List.of(), order);
    }

    /** Input 3 names the axes. */
    private Pushed someAxes(Node node, Permutation order, List<Value> inputs) {
        long[] axes = Constants.integers(node.input(3));
        if (axes == null) {
            return null;
        }
        long[] before = Arrays.stream(axes).map(order::before).toArray();
        inputs.set(3, constant(node, node.input(3), before));
        return new Pushed(inputs, List.of(), order);
    }

    private Pushed sliced(Node node, Permutation order) {
        List<Value> inputs = inputs(node, order);
        if (inputs == null || opset < INPUTS_OF_SLICE) {
            return null;
        }
        if (node.input(3) != null) {
            return someAxes(node, order, inputs);
        }
        long[] starts = Constants.integers(node.input(1));
        if (starts == null) {
            return null;
        }
        long[] before = new long[starts.length];
        for (int i = 0; i < before.length; i++) {
            before[i] = order.before(i);
        }
        inputs.addAll(Collections.nCopies(Math.max(0, 4 - inputs.size()), null));
        inputs.set(3, constant(node, node.input(1), before));
        return new Pushed(inputs, List.of(), order);
    }

    /** A constant of the element type of another one. */
    private static Value constant(Node node, Value like, long[] contents) {
        Tensor tensor = Numbers.of(Constants.tensor(like).type(), contents, contents.length);
        return Constants.add(node.graph(), like.name(), tensor);
    }
}
