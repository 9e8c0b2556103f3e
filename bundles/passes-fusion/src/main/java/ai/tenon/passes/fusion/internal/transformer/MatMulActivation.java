package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/**
 * Makes a Gemm of a MatMul with a bias and an activation, where the input has more than two
 * dimensions: those before the last become one for it, and what they were again afterwards. Lengths
 * that are not known stay so.
 */
@Component
public final class MatMulActivation implements GraphPass {
    /** Since this one a Shape leaves out the last dimension by itself. */
    private static final long OPSET = 15;

    private static final String[] ACTIVATIONS = {
        "Gelu",
        "Relu",
        "Sigmoid",
        "Tanh",
        "LeakyRelu",
        "HardSigmoid",
        "HardSwish",
        "Elu",
        "Softplus"
    };

    @Override
    public String name() {
        return "matmul-activation";
    }

    @Override
    public Stage stage() {
        return Stage.FUSION;
    }

    @Override
    public Set<String> after() {
        return Set.of("gelu");
    }

    @Override
    public double tolerance() {
        return 1e-5;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        return Fusion.apply(model, "", OPSET, MatMulActivation::match);
    }

    private static Runnable match(Node product, Types types) {
        if (!Match.is(product, "MatMul")) {
            return null;
        }
        Value x = product.input(0);
        Tensor weights = Constants.tensor(product.input(1));
        Node sum = Match.soleReader(product.output(0), "Add");
        Node activation = sum == null ? null : Match.soleReader(sum.output(0), ACTIVATIONS);
        if (weights == null
                || weights.rank() != 2
                || weights.type() != DataType.FLOAT
                || activation == null
                || activation.graph() != product.graph()
                || types.rank(x) < 3
                || isQuantized(x, activation)) {
            return null;
        }
        Value bias = Match.other(sum, product.output(0));
        Tensor each = Constants.tensor(bias);
        if (each == null || each.rank() != 1 || each.dim(0) != weights.dim(1)) {
            return null;
        }
        return () -> flatten(product, bias, activation, weights.dim(0), weights.dim(1));
    }

    /** Layers between conversions are left to those who compute them in eight bits. */
    private static boolean isQuantized(Value x, Node activation) {
        return Match.producer(x, "DequantizeLinear") != null
                || activation.output(0).uses().stream()
                        .anyMatch(user -> Match.is(user, "QuantizeLinear"));
    }

    private static void flatten(
            Node product, Value bias, Node activation, long length, long channels) {
        Graph graph = product.graph();
        Value x = product.input(0);
        Value result = activation.output(0);
        String name = result.name();
        Value flat =
                before(
                        activation,
                        "Reshape",
                        x.name() + "_flat",
                        List.of(
                                x,
                                Constants.add(
                                        graph,
                                        x.name() + "_rows",
                                        Tensor.ofLongs(new long[] {-1, length}, 2))));
        Value gemm =
                before(activation, "Gemm", name + "_gemm", List.of(flat, product.input(1), bias));
        Value active = graph.freshValue(name + "_flat", null);
        Node same =
                graph.insertBefore(
                        activation,
                        activation.domain(),
                        activation.opType(),
                        "",
                        List.of(gemm),
                        List.of(active));
        activation.attributes().forEach(same::set);
        Value outer = before(activation, "Shape", x.name() + "_outer", List.of(x));
        outer.producer().set(Attribute.ofInt("end", -1));
        Value last =
                Constants.add(graph, name + "_channels", Tensor.ofLongs(new long[] {channels}, 1));
        Value shape = before(activation, "Concat", name + "_shape", List.of(outer, last));
        shape.producer().set(Attribute.ofInt("axis", 0));
        Group.replace(activation, "", "Reshape", List.of(active, shape), List.of(result));
    }

    private static Value before(Node node, String opType, String hint, List<Value> inputs) {
        Value output = node.graph().freshValue(hint, null);
        node.graph().insertBefore(node, "", opType, "", inputs, List.of(output));
        return output;
    }
}
