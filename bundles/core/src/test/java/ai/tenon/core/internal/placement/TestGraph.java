package ai.tenon.core.internal.placement;

import ai.tenon.backend.CompileMonitor;
import ai.tenon.backend.ModelSource;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Datum;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.management.PlacedNode;
import ai.tenon.management.PlacedPart;
import ai.tenon.model.ModelFormat;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A graph that grows node by node; every value is a float[2] unless a test says otherwise. */
final class TestGraph {
    static final ValueType TYPE = ValueType.tensor(DataType.FLOAT, 2);
    private static final ModelFormat FORMAT = new NoFormat();

    final Graph graph = new Graph("test");
    final Model model = new Model(graph);

    TestGraph() {
        model.opsetImports().put("", 17L);
        model.opsetImports().put("my", 1L);
    }

    Value input(String name) {
        return graph.addInput(name, TYPE);
    }

    /** A node of the name of its only output, and that output. */
    Value node(String type, String name, Value... inputs) {
        Value output = graph.newValue(name, TYPE);
        graph.add("my", type, name, List.of(inputs), List.of(output));
        return output;
    }

    /** {@code count} nodes in a row. */
    Value chain(String type, int count, Value start) {
        Value last = start;
        for (int i = 0; i < count; i++) {
            last = node(type, last.name() + type.toLowerCase(java.util.Locale.ROOT), last);
        }
        return last;
    }

    ModelSource source() {
        return ModelSource.ofModel("m", "0".repeat(64), model, FORMAT);
    }

    Plan place(Candidate... choice) throws PlacementException {
        return Placer.place(source(), FORMAT, List.of(choice), CompileMonitor.SILENT);
    }

    /** As in {@code a: x y | b: z}, with the nodes' names. */
    String placed(Candidate... choice) throws PlacementException {
        StringBuilder text = new StringBuilder();
        for (PlacedPart part : place(choice).shown()) {
            text.append(text.isEmpty() ? "" : " | ").append(part.backend().charAt(0)).append(":");
            for (PlacedNode node : part.nodes()) {
                text.append(' ').append(node.node().replaceAll(".*'(.*)'", "$1"));
            }
        }
        return text.toString();
    }

    /** Number of nodes per part, as in {@code a 20, b 1}. */
    String sizes(Candidate... choice) throws PlacementException {
        return String.join(
                ", ",
                place(choice).shown().stream()
                        .map(part -> part.backend().charAt(0) + " " + part.nodes().size())
                        .toList());
    }

    static List<String> names(List<Value> values) {
        return values.stream().map(Value::name).toList();
    }

    /** These tests write no models. */
    private static final class NoFormat implements ModelFormat {
        @Override
        public String name() {
            return "none";
        }

        @Override
        public boolean accepts(String fileName) {
            return false;
        }

        @Override
        public Model read(Path file) {
            throw new IllegalStateException();
        }

        @Override
        public Model read(ByteBuffer bytes) {
            throw new IllegalStateException();
        }

        @Override
        public void write(Model model, Path file) {
            throw new IllegalStateException();
        }

        @Override
        public ByteBuffer write(Model model) {
            throw new IllegalStateException();
        }

        @Override
        public Datum readValue(ByteBuffer bytes, String kind) {
            throw new IllegalStateException();
        }
    }
}
