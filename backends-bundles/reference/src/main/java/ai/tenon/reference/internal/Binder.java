package ai.tenon.reference.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.graph.Attribute;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Function;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.shape.ShapeException;
import ai.tenon.graph.shape.ShapeInference;
import ai.tenon.reference.internal.ReferenceExecutable.Bound;
import ai.tenon.reference.internal.op.Body;
import ai.tenon.reference.internal.op.Call;
import ai.tenon.reference.internal.op.Kernel;
import ai.tenon.reference.internal.op.Operators;
import ai.tenon.reference.internal.op.Unsupported;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Binds every node of a model to a kernel, or says why it cannot. Calls of model-local functions
 * are bound to the function's body, so that the plan holds operators only.
 */
final class Binder {
    private final Model model;
    private final Operators operators;
    private final CompileMonitor monitor;
    private final Map<Node, String> unsupported = new LinkedHashMap<>();
    private final List<Datum> constants = new ArrayList<>();

    Binder(Model model, Operators operators, CompileMonitor monitor) {
        this.model = model;
        this.operators = operators;
        this.monitor = monitor;
    }

    /**
     * Where a graph is bound: a model, or one call of a function.
     *
     * @param slots of the values seen so far
     * @param arguments attributes of the function's call, by name
     * @param caller the node of the model that leads here; null in the model itself
     */
    private record Scope(
            Map<Value, Integer> slots,
            ShapeInference types,
            Map<String, Long> opsets,
            Map<String, Attribute> arguments,
            Node caller) {}

    /** Binds the whole model; {@link #unsupported} has to be asked afterwards. */
    Bound bind() throws BackendException {
        Scope scope =
                new Scope(new IdentityHashMap<>(), types(), model.opsetImports(), Map.of(), null);
        Plan plan = bind(model.graph(), scope, model.graph().requiredInputs());
        return new Bound(plan, constants.toArray(Datum[]::new));
    }

    private ShapeInference types() throws BackendException {
        try {
            return ShapeInference.of(model);
        } catch (ShapeException e) {
            throw contradiction(e);
        }
    }

    private ShapeInference types(
            Function function, Map<String, Attribute> arguments, List<ValueType> inputs)
            throws BackendException {
        try {
            return ShapeInference.ofCall(model, function, arguments, inputs);
        } catch (ShapeException e) {
            throw contradiction(e);
        }
    }

    private static BackendException contradiction(ShapeException e) {
        return new BackendException(
                BackendException.ErrorClass.FALLBACK,
                "the model contradicts itself: " + e.getMessage(),
                e);
    }

    /** The nodes of the model's graphs that cannot run, with the reasons. */
    Map<Node, String> unsupported() {
        return unsupported;
    }

    private Plan bind(Graph graph, Scope scope, List<Value> formals) throws BackendException {
        for (Value value : graph.initializers()) {
            constants.set(slot(value, scope), value.constant());
        }
        int[] inputs = formals.stream().mapToInt(value -> slot(value, scope)).toArray();
        List<Step> steps = new ArrayList<>();
        for (Node node : graph.nodes()) {
            monitor.check();
            bind(node, scope, steps);
        }
        int[] outputs = graph.outputs().stream().mapToInt(value -> slot(value, scope)).toArray();
        List<ValueType> types = new ArrayList<>();
        graph.outputs().forEach(value -> types.add(value.type()));
        return new Plan(Releases.plan(steps, inputs, outputs), inputs, outputs, types);
    }

    private void bind(Node node, Scope scope, List<Step> steps) throws BackendException {
        Function function = function(node);
        try {
            Map<String, Attribute> attributes = attributes(node, scope);
            if (function != null) {
                expand(function, node, attributes, scope, steps);
            } else {
                Step step = step(node, attributes, scope);
                if (node.qualifiedType().equals("Constant")) {
                    constants.set(step.outputs()[0], step.kernel().run(new Datum[0], null)[0]);
                } else {
                    steps.add(step);
                }
            }
        } catch (Unsupported e) {
            String place =
                    scope.caller() == null ? "" : "in its function's node " + node.label() + ": ";
            unsupported.putIfAbsent(
                    scope.caller() == null ? node : scope.caller(), place + e.getMessage());
        }
    }

    private Step step(Node node, Map<String, Attribute> attributes, Scope scope)
            throws Unsupported, BackendException {
        Long opset = scope.opsets().get(node.domain());
        if (opset == null) {
            throw new Unsupported(
                    "the model imports no operator set of domain '" + node.domain() + "'");
        }
        var operator = operators.find(node.domain(), node.opType(), opset);
        Map<String, Body> bodies = new HashMap<>();
        List<Integer> captured = new ArrayList<>();
        for (Attribute attribute : attributes.values()) {
            for (Graph subgraph : attribute.graphs()) {
                Plan body = bind(subgraph, scope, subgraph.inputs());
                bodies.put(attribute.name(), body);
                captured.addAll(Releases.read(body));
            }
        }
        List<ValueType> types = new ArrayList<>();
        List<Datum> known = new ArrayList<>();
        for (Value input : node.inputs()) {
            types.add(input == null ? null : scope.types().type(input));
            int slot = input == null ? -1 : slot(input, scope);
            known.add(slot < 0 ? null : constants.get(slot));
        }
        Call call =
                new Call(
                        node.opType(),
                        opset,
                        attributes,
                        types,
                        node.inputs(),
                        known,
                        node.outputs(),
                        bodies);
        Kernel kernel = operator.bind(call);
        return new Step(
                node.label(),
                kernel,
                slots(node.inputs(), scope),
                slots(node.outputs(), scope),
                captured.stream().mapToInt(Integer::intValue).toArray(),
                new int[0]);
    }

    private void expand(
            Function function,
            Node node,
            Map<String, Attribute> given,
            Scope scope,
            List<Step> steps)
            throws Unsupported, BackendException {
        Map<String, Attribute> arguments = new HashMap<>();
        function.attributeDefaults().forEach(each -> arguments.put(each.name(), each));
        arguments.putAll(given);
        Map<Value, Integer> slots = new IdentityHashMap<>();
        List<ValueType> types = new ArrayList<>();
        List<Value> formals = function.body().inputs();
        for (int i = 0; i < formals.size(); i++) {
            Value actual = node.input(i);
            slots.put(formals.get(i), actual == null ? -1 : slot(actual, scope));
            types.add(actual == null ? null : scope.types().type(actual));
        }
        Scope inner =
                new Scope(
                        slots,
                        types(function, arguments, types),
                        function.opsetImports(),
                        arguments,
                        scope.caller() == null ? node : scope.caller());
        for (Value value : function.body().initializers()) {
            constants.set(slot(value, inner), value.constant());
        }
        for (Node each : function.body().nodes()) {
            bind(each, inner, steps);
        }
        for (int i = 0; i < node.outputs().size(); i++) {
            if (node.output(i) != null && i < function.body().outputs().size()) {
                steps.add(
                        new Step(
                                node.label(),
                                (inputs, frame) -> inputs,
                                new int[] {slot(function.body().outputs().get(i), inner)},
                                new int[] {slot(node.output(i), scope)},
                                new int[0],
                                new int[0]));
            }
        }
    }

    private Function function(Node node) {
        for (Function function : model.functions()) {
            if (function.name().equals(node.opType())
                    && function.domain().equals(node.domain())
                    && function.overload().equals(node.overload())) {
                return function;
            }
        }
        return null;
    }

    private static Map<String, Attribute> attributes(Node node, Scope scope) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        for (Attribute attribute : node.attributes()) {
            if (attribute.reference() == null) {
                attributes.put(attribute.name(), attribute);
            } else if (scope.arguments().containsKey(attribute.reference())) {
                Attribute argument = scope.arguments().get(attribute.reference());
                attributes.put(
                        attribute.name(),
                        Attribute.of(attribute.name(), argument.kind(), argument.value()));
            }
        }
        return attributes;
    }

    private int[] slots(List<Value> values, Scope scope) {
        return values.stream().mapToInt(value -> value == null ? -1 : slot(value, scope)).toArray();
    }

    private int slot(Value value, Scope scope) {
        return scope.slots()
                .computeIfAbsent(
                        value,
                        key -> {
                            constants.add(null);
                            return constants.size() - 1;
                        });
    }
}
