package ai.tenon.passes.layout.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import ai.tenon.graph.rewrite.Rewrite;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Moves Transposes behind the operators that read them, where they meet others and cancel each
 * other out.
 */
final class Sinking {
    private static final int MAX_SWEEPS = 64;

    /** Which Transposes are moved. */
    private enum Courage {
        /** Those of which each step makes no more than there were. */
        CAREFUL,
        /** All: branches may need one each before they meet again. */
        BOLD
    }

    private final Model model;
    private final Predicate<Permutation> wanted;
    private final Courage courage;
    private final Transposes transposes;
    private final PushRules rules;

    private Sinking(Model model, Predicate<Permutation> wanted, Courage courage) {
        this.model = model;
        this.wanted = wanted;
        this.courage = courage;
        transposes = new Transposes(model);
        rules = new PushRules(transposes, model.opset(""));
    }

    /**
     * Moves Transposes down in a model, if that makes them fewer; else the model stays as it is.
     *
     * @param wanted which Transposes may be moved
     * @return by how many they are fewer
     */
    static int apply(Model model, Predicate<Permutation> wanted) {
        long before = Transposes.count(model);
        for (Courage courage : Courage.values()) {
            long now = Transposes.count(model);
            if (now > 0) {
                Model trial = model.copy();
                new Sinking(trial, wanted, courage).sweepAll();
                if (Transposes.count(trial) < now) {
                    new Sinking(model, wanted, courage).sweepAll();
                }
            }
        }
        return (int) (before - Transposes.count(model));
    }

    private void sweepAll() {
        for (int i = 0; i < MAX_SWEEPS && sweep(); i++) {
            // again: what has been moved may be moved further
        }
    }

    private boolean sweep() {
        boolean changed = false;
        for (Graph graph : Rewrite.graphs(model)) {
            for (Node node : List.copyOf(graph.nodes())) {
                if (Transposes.isThere(node)) {
                    changed |= Match.is(node, "Transpose") ? transposes.join(node) : push(node);
                }
            }
        }
        return changed;
    }

    private boolean push(Node node) {
        Permutation order =
                node.inputs().stream()
                        .map(transposes::order)
                        .filter(each -> each != null && wanted.test(each))
                        .findFirst()
                        .orElse(null);
        if (order == null || courage == Courage.CAREFUL && !pays(node, order)) {
            return false;
        }
        Pushed pushed = rules.push(node, order);
        if (pushed == null) {
            return false;
        }
        List<Value> old = List.copyOf(present(node.inputs()));
        List<Value> results = new ArrayList<>();
        for (Value output : node.outputs()) {
            results.add(
                    output == null
                            ? null
                            : node.graph()
                                    .freshValue(
                                            output.name(),
                                            pushed.behind().before(transposes.type(output))));
        }
        Node moved =
                node.graph()
                        .insertBefore(
                                node, "", node.opType(), node.name(), pushed.inputs(), results);
        node.attributes().forEach(moved::set);
        pushed.changed().forEach(moved::set);
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) != null) {
                transpose(node, i, results.get(i), pushed.behind());
            }
        }
        Rewrite.removeUnused(old.toArray(Value[]::new));
        return true;
    }

    /** Lets a Transpose of the new result give what the node gave. */
    private static void transpose(Node node, int output, Value result, Permutation order) {
        Attribute perm = Attribute.ofInts("perm", order.toLongs());
        if (node.outputs().size() == 1) {
            String operator = order.isIdentity() ? "Identity" : "Transpose";
            Node last = node.graph().replace(node, "", operator, List.of(result));
            // the node's name has moved with it, and two of one name are no valid model
            last.setName(result.name());
            if (!order.isIdentity()) {
                last.set(perm);
            } else {
                Rewrite.bypass(last.output(0), result);
            }
            return;
        }
        Value old = node.output(output);
        Node last = Rewrite.insert(node, "Transpose", old.name(), old.type(), result).set(perm);
        Rewrite.bypass(old, last.output(0));
    }

    private static List<Value> present(List<Value> values) {
        return values.stream().filter(each -> each != null).toList();
    }

    /**
     * True if a Transpose before the node goes for the one behind it, or each one behind it meets
     * one that takes it back.
     */
    private boolean pays(Node node, Permutation order) {
        boolean frees =
                node.outputs().size() == 1
                        && present(node.inputs()).stream()
                                .anyMatch(
                                        input ->
                                                order.equals(transposes.order(input))
                                                        && isReadBy(input, node));
        return frees
                || present(node.outputs()).stream().allMatch(each -> isTakenBack(each, order, 0));
    }

    private static boolean isReadBy(Value value, Node node) {
        return !value.isGraphOutput() && value.uses().stream().allMatch(user -> user == node);
    }

    private boolean isTakenBack(Value value, Permutation order, int depth) {
        return depth < MAX_SWEEPS
                && !value.isGraphOutput()
                && value.uses().stream()
                        .allMatch(
                                user -> {
                                    Permutation next = transposes.order(user);
                                    return next != null
                                            ? order.then(next).isIdentity()
                                            : user.inputs().size() == 1
                                                    && user.outputs().size() == 1
                                                    && rules.isElementwise(user)
                                                    && isTakenBack(
                                                            user.output(0), order, depth + 1);
                                });
    }
}
