package ai.tenon.quantizer.weights.internal;

import ai.tenon.graph.Attribute;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Graph;
import ai.tenon.graph.Model;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import ai.tenon.graph.rewrite.Constants;
import ai.tenon.graph.rewrite.Rewrite;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Embedding tables, of which only the rows that are looked up are turned back into FLOAT: with
 * eight bits and a scale per row by standard operators, with four by {@code
 * com.microsoft.GatherBlockQuantized}.
 */
final class TableForm implements Form {
    private static final String DOMAIN = "com.microsoft";

    /** The first version of the file format with types of four bits. */
    private static final long IR_VERSION = 10;

    /** Below this a scale of its own takes what a row saves. */
    private static final int SHORTEST_ROW = 4;

    private final Model model;
    private final Format format;

    /**
     * @param bits 8 or 4
     */
    TableForm(Model model, int bits) {
        this.model = model;
        this.format =
                new Format(
                        bits,
                        bits == 8 ? Format.Granularity.PER_CHANNEL : Format.Granularity.PER_BLOCK,
                        32,
                        true,
                        DataType.FLOAT);
    }

    /** What tables become. */
    Format format() {
        return format;
    }

    @Override
    public boolean accepts(Layer layer) {
        return layer.node().opType().equals("Gather")
                && layer.weights().rank() == 2
                && layer.length() >= (format.bits() == 8 ? SHORTEST_ROW : format.block());
    }

    @Override
    public long opset() {
        return 1;
    }

    @Override
    public String words() {
        return format.bits() == 8 ? "Gather" : "GatherBlockQuantized";
    }

    @Override
    public long apply(List<Layer> layers, QuantizedMatrix matrix) {
        Graph graph = model.graph();
        Value weight = layers.get(0).weight();
        int groups = format.groups(matrix.length());
        Tensor codes = format.bits() == 8 ? bytes(matrix) : LinearForm.codes(matrix, false);
        Tensor scales = Stored.scales(matrix, format.group(matrix.length()), matrix.rows(), groups);
        Value table = Constants.add(graph, weight.name() + "_codes", codes);
        Value scale = Constants.add(graph, weight.name() + "_scales", scales);
        for (Layer layer : layers) {
            if (format.bits() == 8) {
                gather(layer.node(), table, scale);
            } else {
                gatherBlocks(layer.node(), table, scale);
            }
        }
        Rewrite.removeUnused(weight);
        return (long) codes.byteSize() + scales.byteSize();
    }

    private static void gather(Node node, Value table, Value scale) {
        String name = node.output(0).name();
        Value indices = node.input(1);
        Value row = Rewrite.insert(node, "Gather", name + "_row", null, table, indices).output(0);
        Node cast = Rewrite.insert(node, "Cast", name + "_float", node.output(0).type(), row);
        cast.set(Attribute.ofInt("to", DataType.FLOAT.code()));
        Value scaling =
                Rewrite.insert(node, "Gather", name + "_scale", null, scale, indices).output(0);
        Replacement.of(node, "", "Mul", List.of(cast.output(0), scaling));
    }

    private void gatherBlocks(Node node, Value table, Value scale) {
        model.opsetImports().putIfAbsent(DOMAIN, 1L);
        model.setIrVersion(Math.max(model.irVersion(), IR_VERSION));
        List<Value> inputs = List.of(table, node.input(1), scale);
        Replacement.of(node, DOMAIN, "GatherBlockQuantized", inputs)
                .set(Attribute.ofInt("gather_axis", 0))
                .set(Attribute.ofInt("quantize_axis", 1))
                .set(Attribute.ofInt("block_size", format.block()));
    }

    private static Tensor bytes(QuantizedMatrix matrix) {
        ByteBuffer data = ByteBuffer.allocate(matrix.rows() * matrix.length());
        int middle = (int) matrix.format().middle();
        for (int row = 0; row < matrix.rows(); row++) {
            Channel channel = matrix.channel(row);
            for (int i = 0; i < matrix.length(); i++) {
                data.put((byte) (channel.code(i) - middle));
            }
        }
        return Tensor.of(DataType.INT8, new long[] {matrix.rows(), matrix.length()}, data.flip());
    }
}
