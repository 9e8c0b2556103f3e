package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.ValueType;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Rewrite;
import ai.tenon.graph.shape.ShapeException;
import ai.tenon.graph.shape.ShapeInference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code com.microsoft.MatMulNBits}: the operator reads the codes itself. */
final class MatMulForm implements Form {
    private static final String DOMAIN = "com.microsoft";

    private final Model model;
    private final Optional<ShapeInference> shapes;
    private final int accuracyLevel;

    /**
     * @param accuracyLevel what the operator may round activations to: 0 as it likes, 1 not at all,
     *     4 to eight bits
     */
    MatMulForm(Model model, int accuracyLevel) {
        this.model = model;
        this.shapes = shapes(model);
        this.accuracyLevel = accuracyLevel;
    }

    @Override
    public long opset() {
        return 1;
    }

    @Override
    public String words() {
        return "MatMulNBits";
    }

    @Override
    public boolean accepts(Layer layer) {
        Node node = layer.node();
        return switch (node.opType()) {
            case "MatMul" -> !isVector(node.input(0));
            case "Gemm" ->
                    node.intAttribute("transA", 0) == 0
                            && node.floatAttribute("alpha", 1) == 1
                            && (node.input(2) == null || isBias(layer));
            default -> false;
        };
    }

    /** The operator multiplies matrices; what a vector gives has one dimension less. */
    private boolean isVector(Value input) {
        ValueType type = shapes.map(all -> all.type(input)).orElse(input.type());
        return type instanceof ValueType.OfTensor tensor
                && tensor.shape() != null
                && tensor.shape().rank() == 1;
    }

    private static Optional<ShapeInference> shapes(Model model) {
        try {
            return Optional.of(ShapeInference.of(model));
        } catch (ShapeException e) {
            // a model whose shapes contradict each other may run all the same
            return Optional.empty();
        }
    }

    private static boolean isBias(Layer layer) {
        Tensor bias = Constants.tensor(layer.node().input(2));
        return bias != null
                && bias.rank() == 1
                && bias.dim(0) == layer.channels()
                && layer.node().floatAttribute("beta", 1) == 1;
    }

    @Override
    public long apply(List<Layer> layers, QuantizedMatrix matrix) {
        Graph graph = model.graph();
        model.opsetImports().putIfAbsent(DOMAIN, 1L);
        String name = layers.get(0).weight().name();
        int block = block(matrix);
        int blocks = (matrix.length() + block - 1) / block;
        Value codes = Constants.add(graph, name + "_codes", BitPacking.blocks(matrix, block));
        Value scales =
                Constants.add(
                        graph,
                        name + "_scales",
                        Stored.scales(matrix, block, matrix.rows(), blocks));
        Value zeros =
                matrix.format().symmetric()
                        ? null
                        : Constants.add(graph, name + "_zeros", zeros(matrix, block, blocks));
        for (Layer layer : layers) {
            Node old = layer.node();
            Value bias = old.opType().equals("Gemm") ? old.input(2) : null;
            List<Value> inputs = Arrays.asList(old.input(0), codes, scales, zeros, null, bias);
            int last = bias != null ? 6 : zeros != null ? 4 : 3;
            Replacement.of(old, DOMAIN, "MatMulNBits", inputs.subList(0, last))
                    .set(Attribute.ofInt("K", matrix.length()))
                    .set(Attribute.ofInt("N", matrix.rows()))
                    .set(Attribute.ofInt("bits", matrix.format().bits()))
                    .set(Attribute.ofInt("block_size", block))
                    .set(Attribute.ofInt("accuracy_level", accuracyLevel));
            Rewrite.removeUnused(layer.weight());
        }
        return Stream.of(codes, scales, zeros)
                .mapToLong(value -> value == null ? 0 : ((Tensor) value.constant()).byteSize())
                .sum();
    }

    /** The operator knows blocks only: one scale per channel is stored for each of them. */
    private static int block(QuantizedMatrix matrix) {
        Format format = matrix.format();
        if (format.granularity() == Format.Granularity.PER_BLOCK) {
            return format.block();
        }
        return Stream.of(128, 64, 32, 16)
                .min(
                        Comparator.comparingInt(
                                block -> {
                                    int blocks = (matrix.length() + block - 1) / block;
                                    return blocks * (block * format.bits() / 8 + Float.BYTES);
                                }))
                .orElseThrow();
    }

    /** Packed like the codes, each row beginning with a byte of its own. */
    private static Tensor zeros(QuantizedMatrix matrix, int block, int blocks) {
        int bits = matrix.format().bits();
        int bytes = (blocks * bits + 7) / 8;
        ByteBuffer loose =
                Stored.zeros(matrix, block, DataType.UINT8, matrix.rows(), blocks).buffer();
        ByteBuffer packed = ByteBuffer.allocate(matrix.rows() * bytes);
        for (int i = 0; i < matrix.rows() * blocks; i++) {
            int bit = i % blocks * bits;
            int at = i / blocks * bytes + bit / 8;
            packed.put(at, (byte) (packed.get(at) | loose.get(i) << bit % 8));
        }
        return Tensor.of(DataType.UINT8, new long[] {matrix.rows(), bytes}, packed);
    }
}
