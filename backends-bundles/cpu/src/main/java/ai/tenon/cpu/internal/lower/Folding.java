package ai.tenon.cpu.internal.lower;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.RunControl;
import ai.tenon.cpu.internal.engine.Engine;
import ai.tenon.cpu.internal.engine.Memory;
import ai.tenon.cpu.internal.engine.Program;
import ai.tenon.cpu.internal.engine.Run;
import ai.tenon.cpu.internal.plan.Plan;
import ai.tenon.cpu.internal.plan.Weights;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.graph.rewrite.Match;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Computes nodes whose inputs are constant while the plan is made, with the same kernels. */
final class Folding {
    /** What is computed may be so much larger than what it is computed from. */
    private static final long GROWTH = 1 << 20;

    private static final Set<String> RANDOM =
            Set.of(
                    "RandomNormal",
                    "RandomNormalLike",
                    "RandomUniform",
                    "RandomUniformLike",
                    "Bernoulli",
                    "Multinomial");

    private Folding() {}

    /** Computes a node's outputs if they are the same in every run; true if that was done. */
    static boolean fold(Node node, Lowering lowering) {
        if (Match.is(node, "Shape") || Match.is(node, "Size")) {
            shape(node, lowering);
            return true;
        }
        for (Value input : node.inputs()) {
            boolean isConstant =
                    input == null
                            || Quantizers.weights(input, lowering) != null
                            || StoredBlocks.isUnpacked(input, lowering)
                            || lowering.constant(input) != null;
            if (!isConstant) {
                return false;
            }
        }
        if (Match.is(node, "DequantizeLinear")
                || StoredBlocks.isUnpacked(node.output(0), lowering)) {
            return true; // weights: whoever multiplies by them reads the codes
        }
        if (node.inputs().isEmpty() || RANDOM.contains(node.opType()) || hasGraphs(node)) {
            return false;
        }
        if (Match.is(node, "ConstantOfShape")) {
            filled(node, lowering);
            return true;
        }
        if (Match.is(node, "Range")) {
            return range(node, lowering);
        }
        if (Parts.fold(node, lowering)) {
            return true;
        }
        return lowering.rules().knows(node.qualifiedType())
                && !Parts.isOfLength(node, lowering)
                && !isTooLarge(node, lowering)
                && compute(node, lowering);
    }

    private static boolean hasGraphs(Node node) {
        return node.attributes().stream().anyMatch(each -> !each.graphs().isEmpty());
    }

    private static boolean isTooLarge(Node node, Lowering lowering) {
        long from = GROWTH;
        for (Value input : node.inputs()) {
            from += input == null ? 0 : lowering.constant(input).byteSize();
        }
        long to = 0;
        for (Value output : node.outputs()) {
            if (output != null && lowering.type(output) != null) {
                to += Lowering.bytes(lowering.type(output), lowering.shape(output));
            }
        }
        return to > from;
    }

    private static void shape(Node node, Lowering lowering) {
        long[] shape = lowering.shape(node.input(0));
        if (Match.is(node, "Size")) {
            lowering.setConstant(
                    node.output(0), Numbers.ofLongs(new long[] {Tensor.elements(shape)}));
            return;
        }
        int rank = shape.length;
        long start = clamp(node.intAttribute("start", 0), rank);
        long end = clamp(node.intAttribute("end", rank), rank);
        long[] part = new long[(int) Math.max(0, end - start)];
        System.arraycopy(shape, (int) start, part, 0, part.length);
        lowering.setConstant(node.output(0), Numbers.ofLongs(part, part.length));
    }

    private static long clamp(long axis, int rank) {
        return Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
    }

    private static void filled(Node node, Lowering lowering) {
        long[] shape = Numbers.longs(lowering.constant(node.input(0)));
        Tensor value =
                node.attribute("value")
                        .map(each -> each.asTensor())
                        .orElse(Tensor.ofFloats(new float[] {0}, 1));
        Tensor tensor = Tensor.allocate(value.type(), shape);
        int size = (int) value.type().bytes(1);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.buffer().put(i * size, value.buffer(), 0, size);
        }
        lowering.setConstant(node.output(0), tensor);
    }

    private static boolean range(Node node, Lowering lowering) {
        Tensor start = lowering.constant(node.input(0));
        DataType type = start.type();
        double from = Numbers.doubles(start)[0];
        double to = Numbers.doubles(lowering.constant(node.input(1)))[0];
        double step = Numbers.doubles(lowering.constant(node.input(2)))[0];
        double count = Math.max(0, Math.ceil((to - from) / step));
        if (!(count <= GROWTH)) {
            return false;
        }
        double[] numbers = new double[(int) count];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = from + i * step;
        }
        lowering.setConstant(node.output(0), Numbers.of(type, numbers, numbers.length));
        return true;
    }

    /** Computes a node whose inputs are constant, with the same kernels that run models. */
    static boolean compute(Node node, Lowering lowering) {
        Graph graph = new Graph("constant");
        Model model = new Model(graph);
        model.opsetImports().putAll(lowering.opsets());
        List<Value> inputs = new ArrayList<>();
        for (Value input : node.inputs()) {
            Value same = input == null ? null : graph.value(input.name());
            if (input != null && same == null) {
                same = graph.addInitializer(input.name(), lowering.constant(input));
            }
            inputs.add(same);
        }
        List<Value> outputs = new ArrayList<>();
        for (Value output : node.outputs()) {
            Value same = output == null ? null : graph.newValue(output.name(), output.type());
            outputs.add(same);
        }
        Node same = graph.add(node.domain(), node.opType(), node.name(), inputs, outputs);
        node.attributes().forEach(same::set);
        outputs.stream().filter(each -> each != null).forEach(graph::addOutput);
        try {
            List<Tensor> results = run(model, lowering.engine(), lowering.rules());
            int next = 0;
            for (Value output : node.outputs()) {
                if (output != null) {
                    lowering.setConstant(output, results.get(next++));
                }
            }
            return true;
        } catch (BackendException e) {
            throw new Unsupported("constants could not be computed: " + e.getMessage());
        }
    }

    /** Outputs of a model without inputs. */
    private static List<Tensor> run(Model model, Engine engine, Rules rules)
            throws BackendException {
        long capacity = GROWTH;
        for (Value each : model.graph().initializers()) {
            capacity += 2L * ((Tensor) each.constant()).byteSize();
        }
        try (Weights weights = Weights.empty(engine, capacity)) {
            Plan plan =
                    new Lowering(
                                    engine,
                                    model,
                                    weights.hold(),
                                    new Lowering.Options(false, false),
                                    rules)
                            .lower();
            List<Tensor> results = new ArrayList<>();
            for (Plan.Output output : plan.outputs()) {
                results.add(Tensor.allocate(output.type(), output.shape()));
            }
            Program program = new Program(plan.code(), () -> {});
            try (Memory arena = Memory.reserve(plan.arenaBytes());
                    Memory table = Memory.reserve(Long.BYTES * (long) results.size())) {
                ByteBuffer pointers = table.view(0, Long.BYTES * (long) results.size());
                for (int i = 0; i < results.size(); i++) {
                    pointers.putLong(Long.BYTES * i, Engine.address(results.get(i).buffer()));
                }
                try (Run run =
                        new Run(
                                engine,
                                program,
                                weights.address(),
                                arena.address(),
                                table.address(),
                                0,
                                1)) {
                    if (run.run(new RunControl()) != Run.Outcome.DONE) {
                        throw new Unsupported(run.error());
                    }
                }
            } finally {
                program.release();
            }
            return results;
        }
    }
}
