package ai.tenon.passes.fusion.internal.conv;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Shape;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Lets a Conv add a residual and apply the activation function itself: {@code
 * com.microsoft.FusedConv}. Quantized Convs stay.
 */
@Component
public final class ConvActivation implements GraphPass {
    private static final int RESIDUAL = 3;

    @Override
    public String name() {
        return "conv-activation";
    }

    @Override
    public Stage stage() {
        return Stage.FUSION;
    }

    @Override
    public double tolerance() {
        return 1e-5;
    }

    @Override
    public PassResult apply(Model model, Map<String, String> settings) {
        ShapeInference types = ShapeInference.of(model);
        int changes = 0;
        for (Node node : List.copyOf(model.graph().nodes())) {
            if (Edit.isAlive(node) && Match.is(node, "Conv") && isFloat(node)) {
                changes += fuse(node, types) ? 1 : 0;
            }
        }
        if (changes > 0) {
            model.opsetImports().putIfAbsent("com.microsoft", 1L);
        }
        return Edit.result(changes, "Convs that add a residual or apply an activation themselves");
    }

    private static boolean isFloat(Node conv) {
        return Channels.floats(conv.input(1)) != null
                && Match.producer(conv.input(0), "DequantizeLinear") == null;
    }

    private static boolean fuse(Node conv, ShapeInference types) {
        Node last = conv;
        Value residual = null;
        Node sum = Match.soleReader(conv.output(0), "Add");
        if (sum != null) {
            Value other = Match.other(sum, conv.output(0));
            if (haveSameShape(types, other, conv.output(0))) {
                residual = other;
                last = sum;
            }
        }
        Activation activation = null;
        if (Match.isReadOnce(last.output(0))) {
            Node reader = last.output(0).uses().get(0);
            activation = reader.graph() == conv.graph() ? Activation.of(reader) : null;
            last = activation == null ? last : reader;
        }
        if (last == conv) {
            return false;
        }
        List<Value> inputs = new ArrayList<>(conv.inputs());
        while (residual != null && inputs.size() < RESIDUAL) {
            inputs.add(null);
        }
        if (residual != null) {
            inputs.add(residual);
        }
        List<Attribute> attributes = new ArrayList<>(conv.attributes());
        attributes.addAll(activation == null ? List.of() : activation.ofConv());
        Edit.replace(last, "com.microsoft.FusedConv", conv.name(), inputs, attributes);
        return true;
    }

    /** True if the shapes are known to be equal: the fused operator does not broadcast. */
    private static boolean haveSameShape(ShapeInference types, Value one, Value other) {
        Shape a = shape(types, one);
        Shape b = shape(types, other);
        if (a == null || b == null || a.rank() != b.rank()) {
            return false;
        }
        for (int i = 0; i < a.rank(); i++) {
            Dimension dimension = a.get(i);
            boolean known = dimension.isKnown() || dimension.symbol() != null;
            if (!known || !dimension.equals(b.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static Shape shape(ShapeInference types, Value value) {
        return types.type(value) instanceof ValueType.OfTensor tensor
                        && tensor.elementType() == DataType.FLOAT
                ? tensor.shape()
                : null;
    }
}
