package ai.tenon.core.internal.placement;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.graph.Function;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.shape.ShapeInference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model's nodes as they can be placed: in groups, each of which has to stay together because what
 * passes between its nodes is no tensor of a known element type. Mostly a group is one node.
 *
 * <p>Nodes that read nothing but constants are not placed: they go along with whoever reads them,
 * into several parts if need be, so that a backend finds its weights and axes as constants.
 */
final class Network {
    private static final Set<String> RANDOM =
            Set.of(
                    "RandomNormal",
                    "RandomNormalLike",
                    "RandomUniform",
                    "RandomUniformLike",
                    "Multinomial",
                    "Bernoulli",
                    "Dropout");

    private final Model model;
    private final Map<String, Function> functions = new HashMap<>();
    private final Set<Node> constant = new LinkedHashSet<>();
    private final List<Group> groups;

    /**
     * @param nodes that are placed together
     * @param members the same and the nodes that go along with them
     * @param before positions of the groups that this one reads from
     */
    record Group(List<Node> nodes, Set<Node> members, Set<Integer> before) {}

    /**
     * @throws BackendException of class FALLBACK if groups depend on each other both ways
     */
    Network(Model model, ShapeInference types) throws BackendException {
        this.model = model;
        model.functions().forEach(f -> functions.put(f.domain() + "::" + f.name(), f));
        for (Node node : model.graph().nodes()) {
            if (readsOnlyConstants(node) && isRepeatable(node) && !isOutput(node)) {
                constant.add(node);
            }
        }
        groups = sorted(together(types));
    }

    /** In an order in which they can run. */
    List<Group> groups() {
        return groups;
    }

    private boolean readsOnlyConstants(Node node) {
        return node.reads().stream()
                .allMatch(value -> value.isConstant() || constant.contains(value.producer()));
    }

    /** True if running it twice gives the same. */
    private boolean isRepeatable(Node node) {
        Function function = functions.get(node.domain() + "::" + node.opType());
        return !RANDOM.contains(node.opType())
                && node.attributes().stream().allMatch(a -> a.graphs().isEmpty())
                && (function == null
                        || function.body().nodes().stream().allMatch(this::isRepeatable));
    }

    private static boolean isOutput(Node node) {
        return node.outputs().stream().anyMatch(value -> value != null && value.isGraphOutput());
    }

    private List<List<Node>> together(ShapeInference types) {
        Map<Node, List<Node>> groupOf = new LinkedHashMap<>();
        for (Node node : model.graph().nodes()) {
            if (constant.contains(node)) {
                continue;
            }
            List<Node> own = new ArrayList<>(List.of(node));
            groupOf.put(node, own);
            for (Value value : node.reads()) {
                List<Node> other = groupOf.get(value.producer());
                if (other != null && other != own && !canPass(types.type(value))) {
                    other.addAll(own);
                    own.forEach(member -> groupOf.put(member, other));
                    own = other;
                }
            }
        }
        Set<List<Node>> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        return groupOf.values().stream().filter(distinct::add).toList();
    }

    private static boolean canPass(ValueType type) {
        return type instanceof ValueType.OfTensor tensor && tensor.elementType() != null;
    }

    private List<Group> sorted(List<List<Node>> unsorted) throws BackendException {
        Map<Node, Integer> at = new HashMap<>();
        for (int i = 0; i < unsorted.size(); i++) {
            for (Node node : unsorted.get(i)) {
                at.put(node, i);
            }
        }
        List<Set<Integer>> before = new ArrayList<>();
        List<List<Integer>> after = new ArrayList<>();
        unsorted.forEach(group -> after.add(new ArrayList<>()));
        Deque<Integer> ready = new ArrayDeque<>();
        int[] open = new int[unsorted.size()];
        for (int i = 0; i < unsorted.size(); i++) {
            before.add(readFrom(unsorted.get(i), at));
            before.get(i).remove(i);
            open[i] = before.get(i).size();
            for (int producer : before.get(i)) {
                after.get(producer).add(i);
            }
            if (open[i] == 0) {
                ready.add(i);
            }
        }
        int[] place = new int[unsorted.size()];
        List<Group> sorted = new ArrayList<>();
        while (!ready.isEmpty()) {
            int next = ready.poll();
            place[next] = sorted.size();
            Set<Integer> producers = new LinkedHashSet<>();
            before.get(next).forEach(producer -> producers.add(place[producer]));
            List<Node> nodes = unsorted.get(next);
            sorted.add(new Group(nodes, members(nodes), producers));
            for (int reader : after.get(next)) {
                if (--open[reader] == 0) {
                    ready.add(reader);
                }
            }
        }
        if (sorted.size() < unsorted.size()) {
            throw new BackendException(
                    ErrorClass.FALLBACK,
                    "the model cannot be cut: values that are no tensors, as sequences are not,"
                            + " tie nodes together that depend on each other through others");
        }
        return sorted;
    }

    private static Set<Integer> readFrom(List<Node> nodes, Map<Node, Integer> at) {
        Set<Integer> producers = new LinkedHashSet<>();
        for (Node node : nodes) {
            for (Value value : node.reads()) {
                Integer producer = at.get(value.producer());
                if (producer != null) {
                    producers.add(producer);
                }
            }
        }
        return producers;
    }

    private Set<Node> members(List<Node> nodes) {
        Set<Node> members = new LinkedHashSet<>(nodes);
        Deque<Node> open = new ArrayDeque<>(nodes);
        while (!open.isEmpty()) {
            for (Value value : open.poll().reads()) {
                if (constant.contains(value.producer()) && members.add(value.producer())) {
                    open.add(value.producer());
                }
            }
        }
        return members;
    }
}
