package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.optimize.GraphPass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/** Keeps one of several initializers of a graph with the same contents. */
@Component(service = GraphPass.class)
public final class DuplicateInitializers extends CleanupPass {
    @Override
    public String name() {
        return "duplicate-initializers";
    }

    @Override
    String what() {
        return "initializers with the same contents joined";
    }

    @Override
    int apply(Model model) {
        int changes = 0;
        for (Graph graph : Rewrite.graphs(model)) {
            Map<List<Object>, List<Value>> alike = new HashMap<>();
            for (Value value : List.copyOf(graph.initializers())) {
                Tensor tensor = Constants.tensor(value);
                if (tensor != null && tensor.type() != DataType.STRING && !value.isGraphOutput()) {
                    List<Object> kind =
                            List.of(tensor.type(), Arrays.stream(tensor.shape()).boxed().toList());
                    List<Value> seen = alike.computeIfAbsent(kind, key -> new ArrayList<>());
                    changes += join(value, tensor, seen) ? 1 : 0;
                }
            }
        }
        return changes;
    }

    private static boolean join(Value value, Tensor tensor, List<Value> seen) {
        for (Value other : seen) {
            if (((Tensor) other.constant()).contentEquals(tensor)) {
                value.graph().replaceUses(value, other);
                value.graph().removeInitializer(value);
                return true;
            }
        }
        seen.add(value);
        return false;
    }
}
