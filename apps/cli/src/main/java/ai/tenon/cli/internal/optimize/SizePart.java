package ai.tenon.cli.internal.optimize;

import ai.tenon.quantize.QuantizedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A part of a model file.
 *
 * @param name in words
 * @param layers how many it has
 * @param quantized how many of them compute with fewer bits now
 * @param before bytes, scales and zero points included
 * @param after the same afterwards
 */
public record SizePart(String name, int layers, int quantized, long before, long after) {
    /** Layers with fewer products per output cannot carry the weight of their own scales. */
    static final int LONG = 64;

    /** After over before; NaN if there was nothing. */
    public double ratio() {
        return before == 0 ? Double.NaN : (double) after / before;
    }

    /**
     * Parts a model's files into long layers, short ones, embedding tables and the rest.
     *
     * @param layers what the quantizer looked at; empty gives no parts
     * @param before bytes of the model's files
     * @param after the same afterwards
     */
    static List<SizePart> of(List<QuantizedLayer> layers, long before, long after) {
        if (layers.isEmpty()) {
            return List.of();
        }
        List<SizePart> parts = new ArrayList<>();
        Predicate<QuantizedLayer> table = layer -> layer.layerClass().equals("Gather");
        Predicate<QuantizedLayer> tall = layer -> layer.length() >= LONG;
        add(parts, "layers with K >= 64", layers, table.negate().and(tall));
        add(parts, "layers with K < 64", layers, table.negate().and(tall.negate()));
        add(parts, "embedding tables", layers, table);
        long restBefore = before - parts.stream().mapToLong(SizePart::before).sum();
        long restAfter = after - parts.stream().mapToLong(SizePart::after).sum();
        // Layers that share their weights count them each, so nothing may be left.
        if (restBefore >= 0 && restAfter >= 0) {
            parts.add(new SizePart("graph and all else", 0, 0, restBefore, restAfter));
        }
        return parts;
    }

    private static void add(
            List<SizePart> parts,
            String name,
            List<QuantizedLayer> layers,
            Predicate<QuantizedLayer> which) {
        List<QuantizedLayer> some = layers.stream().filter(which).toList();
        if (!some.isEmpty()) {
            parts.add(
                    new SizePart(
                            name,
                            some.size(),
                            (int) some.stream().filter(QuantizedLayer::isQuantized).count(),
                            some.stream().mapToLong(QuantizedLayer::bytesBefore).sum(),
                            some.stream().mapToLong(QuantizedLayer::bytesAfter).sum()));
        }
    }
}
