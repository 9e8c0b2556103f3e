package ai.tenon.passes.cleanup.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.optimize.GraphPass;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** Computes once what is computed twice: the same operator on the same inputs. */
@Component(service = GraphPass.class)
public final class CommonSubexpressions extends CleanupPass {
    @Override
    public String name() {
        return "common-subexpressions";
    }

    @Override
    public Set<String> after() {
        return Set.of("duplicate-initializers");
    }

    @Override
    String what() {
        return "nodes that compute the same joined";
    }

    @Override
    int apply(Model model) {
        int changes = 0;
        for (Graph graph : Rewrite.graphs(model)) {
            Map<List<Object>, Node> first = new HashMap<>();
            for (Node node : List.copyOf(graph.nodes())) {
                List<Object> key = Purity.isPure(node) ? key(node) : null;
                Node same = key == null ? null : first.putIfAbsent(key, node);
                changes += same != null && join(node, same) ? 1 : 0;
            }
        }
        return changes;
    }

    private static boolean join(Node node, Node same) {
        boolean changed = false;
        for (int i = 0; i < node.outputs().size(); i++) {
            if (node.output(i) != null && same.output(i) != null) {
                changed |= Rewrite.bypass(node.output(i), same.output(i));
            }
        }
        return changed;
    }

    private static List<Object> key(Node node) {
        List<Object> key = new ArrayList<>();
        key.add(node.qualifiedType());
        key.add(node.overload());
        key.add(node.outputs().size());
        node.inputs().forEach(key::add);
        node.attributes().stream()
                .sorted(Comparator.comparing(Attribute::name))
                .forEach(attribute -> addTo(key, attribute));
        return key;
    }

    private static void addTo(List<Object> key, Attribute attribute) {
        key.add(attribute.name());
        key.add(attribute.kind());
        key.add(comparable(attribute.value()));
    }

    /** Something that is equal for equal contents; for what is rare, only for the same object. */
    private static Object comparable(Object value) {
        if (value instanceof byte[] text) {
            return ByteBuffer.wrap(text);
        }
        if (value instanceof Tensor tensor) {
            return List.of(
                    tensor.type(),
                    Arrays.stream(tensor.shape()).boxed().toList(),
                    tensor.byteSize() == 0 && tensor.size() > 0
                            ? List.of(tensor.strings())
                            : tensor.buffer());
        }
        if (value instanceof List<?> list) {
            return list.stream().map(CommonSubexpressions::comparable).toList();
        }
        return value;
    }
}
