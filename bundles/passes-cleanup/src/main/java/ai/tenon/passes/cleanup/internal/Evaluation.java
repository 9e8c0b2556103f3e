package ai.tenon.passes.cleanup.internal;

import ai.tenon.backend.Backend;
import ai.tenon.backend.BackendException;
import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.Executable;
import ai.tenon.backend.ExecutionContext;
import ai.tenon.backend.ModelSource;
import ai.tenon.backend.RunControl;
import ai.tenon.backend.SupportReport;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.model.ModelFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Computes constant values of a model: runs the part of it that they need, on a backend. */
final class Evaluation {
    private final Backend backend;
    private final ModelFormat format;
    private final Model model;

    Evaluation(Backend backend, ModelFormat format, Model model) {
        this.backend = backend;
        this.format = format;
        this.model = model;
    }

    /**
     * The contents of those values that the backend can compute.
     *
     * @param notes gets a sentence if that fails
     */
    Map<Value, Tensor> run(List<Value> wanted, List<String> notes) {
        try {
            return run(new ArrayList<>(wanted));
        } catch (BackendException e) {
            notes.add("constants were not folded: " + e.getMessage());
            return Map.of();
        }
    }

    private Map<Value, Tensor> run(List<Value> wanted) throws BackendException {
        Part part = new Part(wanted);
        ModelSource source = ModelSource.ofModel("constants", "", part.model, format);
        SupportReport support = backend.support(source);
        if (!support.isComplete()) {
            if (!support.modelReason().isEmpty()) {
                throw new BackendException(
                        BackendException.ErrorClass.FALLBACK, support.modelReason());
            }
            int before = wanted.size();
            wanted.removeIf(value -> part.needsAny(value, support.unsupported().keySet()));
            return wanted.isEmpty() || wanted.size() == before ? Map.of() : run(wanted);
        }
        CompileOptions options = CompileOptions.builder().build();
        try (Executable executable = backend.compile(source, options, CompileMonitor.SILENT);
                ExecutionContext context = executable.newContext()) {
            context.run(new Tensor[0], new RunControl());
            Map<Value, Tensor> contents = new LinkedHashMap<>();
            for (int i = 0; i < wanted.size(); i++) {
                contents.put(wanted.get(i), copy(context.output(i)));
            }
            return contents;
        }
    }

    /** Results belong to the context. */
    private static Tensor copy(Tensor tensor) {
        Tensor copy = Tensor.allocate(tensor.type(), tensor.shape());
        copy.buffer().duplicate().put(tensor.buffer().duplicate());
        return copy;
    }

    /** A model of the nodes that some values need. */
    private final class Part {
        private final Graph graph = new Graph("constants");
        private final Model model = new Model(graph);
        private final Map<Value, Value> copies = new IdentityHashMap<>();

        Part(List<Value> wanted) {
            model.opsetImports().putAll(Evaluation.this.model.opsetImports());
            model.setIrVersion(Evaluation.this.model.irVersion());
            wanted.forEach(value -> graph.addOutput(copy(value)));
        }

        private Value copy(Value value) {
            Value known = copies.get(value);
            if (known != null) {
                return known;
            }
            Tensor constant = Constants.tensor(value);
            if (constant != null) {
                Value same = Constants.add(graph, value.name(), constant);
                copies.put(value, same);
                return same;
            }
            copy(value.producer());
            return copies.get(value);
        }

        private void copy(Node node) {
            Value[] inputs =
                    node.inputs().stream()
                            .map(input -> input == null ? null : copy(input))
                            .toArray(Value[]::new);
            List<Value> outputs = new ArrayList<>();
            for (Value output : node.outputs()) {
                Value same = output == null ? null : graph.freshValue(output.name(), output.type());
                outputs.add(same);
                if (output != null) {
                    copies.put(output, same);
                }
            }
            Node same =
                    graph.add(
                            node.domain(),
                            node.opType(),
                            node.name(),
                            Arrays.asList(inputs),
                            outputs);
            node.attributes().forEach(same::set);
        }

        /** True if one of these nodes is among those that the value is computed by. */
        boolean needsAny(Value value, java.util.Set<Node> nodes) {
            Value here = copies.get(value);
            return isBehind(here, nodes, new IdentityHashMap<>());
        }

        private boolean isBehind(Value value, java.util.Set<Node> nodes, Map<Node, Boolean> seen) {
            Node producer = value == null ? null : value.producer();
            if (producer == null || seen.put(producer, true) != null) {
                return false;
            }
            return nodes.contains(producer)
                    || producer.inputs().stream().anyMatch(each -> isBehind(each, nodes, seen));
        }
    }
}
