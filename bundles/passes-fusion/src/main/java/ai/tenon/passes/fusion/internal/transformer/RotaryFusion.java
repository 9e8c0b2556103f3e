package ai.tenon.passes.fusion.internal.transformer;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimize.PassResult;
import ai.tenon.optimize.Stage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/** Makes a RotaryEmbedding of the rotation of halves or neighbours by cosines and sines. */
@Component
public final class RotaryFusion implements GraphPass {
    private static final long OPSET = 23;

    @Override
    public String name() {
        return "rotary-embedding";
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
        Angles angles = new Angles();
        return Fusion.apply(model, "", OPSET, (node, types) -> match(node, types, angles));
    }

    private static Runnable match(Node last, Types types, Angles angles) {
        Rotation found = Rotation.of(last, types);
        if (found == null || !found.group().isClosed(last.output(0))) {
            return null;
        }
        Angles.Source cos = Angles.source(found.cos(), found.x(), found.doubled(), types);
        Angles.Source sin = Angles.source(found.sin(), found.x(), found.doubled(), types);
        if (cos == null || sin == null || cos.positions() != sin.positions()) {
            return null;
        }
        return () -> {
            boolean doubled = found.doubled();
            Value cosines = doubled ? angles.half(cos.values(), last) : cos.values();
            Value sines = doubled ? angles.half(sin.values(), last) : sin.values();
            List<Value> inputs =
                    cos.positions() == null
                            ? List.of(found.x(), cosines, sines)
                            : Arrays.asList(found.x(), cosines, sines, cos.positions());
            Group.replace(last, "", "RotaryEmbedding", inputs, List.of(last.output(0)))
                    .set(Attribute.ofInt("interleaved", found.interleaved() ? 1 : 0));
        };
    }
}
