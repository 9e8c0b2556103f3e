package ai.tenon.cli.internal.report;

import ai.tenon.cli.internal.optimize.Outcome;
import ai.tenon.cli.internal.terminal.Format;
import ai.tenon.quantize.QuantizedLayer;

/** Layer by layer: bits, bytes, and why one stayed as it was. */
final class Layers implements Report.Section {
    @Override
    public void write(Outcome outcome, Html html) {
        if (outcome.result().layers().isEmpty()) {
            return;
        }
        html.open("section").element("h2", "Layer by layer");
        Grid grid =
                new Grid(html, "layer", "class", "#K", "treatment", "#before", "#after", "#ratio");
        for (QuantizedLayer layer : outcome.result().layers()) {
            grid.row(
                    layer.isQuantized() ? "" : "left",
                    layer.output(),
                    layer.layerClass(),
                    Long.toString(layer.length()),
                    layer.isQuantized() ? layer.treatment() : "as it was: " + layer.reason(),
                    Format.bytes(layer.bytesBefore()),
                    Format.bytes(layer.bytesAfter()),
                    Format.ratio((double) layer.bytesAfter() / layer.bytesBefore()));
        }
        grid.end();
        html.element(
                "p",
                "A layer is named by its first output. K: products summed for one element of the"
                        + " output. Bytes: weights with their scales and zero points.",
                "class",
                "small");
        html.close();
    }
}
