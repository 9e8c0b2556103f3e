package ai.tenon.onnx.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Node;
import ai.tenon.model.ModelFormatException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which model-local functions call which. */
final class Calls {
    private Calls() {}

    /** Checks that no function calls itself, over others or directly. */
    static void requireNoRecursion(List<Function> functions) throws ModelFormatException {
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < functions.size(); i++) {
            Function function = functions.get(i);
            numbers.put(key(function.domain(), function.name(), function.overload()), i);
        }
        List<List<Integer>> callers = new ArrayList<>();
        functions.forEach(function -> callers.add(new ArrayList<>()));
        int[] open = new int[functions.size()];
        for (int i = 0; i < open.length; i++) {
            for (int callee : calls(functions.get(i).body(), numbers)) {
                callers.get(callee).add(i);
                open[i]++;
            }
        }
        Deque<Integer> done = new ArrayDeque<>();
        for (int i = 0; i < open.length; i++) {
            if (open[i] == 0) {
                done.add(i);
            }
        }
        while (!done.isEmpty()) {
            for (int caller : callers.get(done.poll())) {
                if (--open[caller] == 0) {
                    done.add(caller);
                }
            }
        }
        for (int i = 0; i < open.length; i++) {
            if (open[i] > 0) {
                throw Place.FILE
                        .at("functions", i)
                        .error("function '" + functions.get(i).name() + "' ends up calling itself");
            }
        }
    }

    /** One text that no other function has: hashes of lists can be made to collide. */
    static String key(String domain, String name, String overload) {
        String standard = Leftovers.domain(domain);
        return standard.length() + ":" + name.length() + ":" + standard + name + overload;
    }

    private static Set<Integer> calls(Graph body, Map<String, Integer> numbers) {
        Set<Integer> calls = new HashSet<>();
        Deque<Graph> graphs = new ArrayDeque<>(List.of(body));
        while (!graphs.isEmpty()) {
            for (Node node : graphs.poll().nodes()) {
                Integer callee = numbers.get(key(node.domain(), node.opType(), node.overload()));
                if (callee != null) {
                    calls.add(callee);
                }
                for (Attribute attribute : node.attributes()) {
                    graphs.addAll(attribute.graphs());
                }
            }
        }
        return calls;
    }
}
