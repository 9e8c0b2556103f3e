package ai.tenon.cli.internal.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.tenon.quantize.QuantizedLayer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SizePartTest {
    @Test
    void tablesShortLayersAndTheGraphDoNotCountAmongTheLongLayers() {
        List<SizePart> parts =
                SizePart.of(
                        List.of(
                                layer("MatMul", 64, 400, 100),
                                layer("MatMul", 384, 600, 150),
                                layer("Conv.depthwise", 9, 36, 36),
                                layer("Gather", 384, 1000, 260)),
                        2100,
                        600);
        assertEquals(
                List.of(
                        new SizePart("layers with K >= 64", 2, 2, 1000, 250),
                        new SizePart("layers with K < 64", 1, 0, 36, 36),
                        new SizePart("embedding tables", 1, 1, 1000, 260),
                        new SizePart("graph and all else", 0, 0, 64, 54)),
                parts);
        assertEquals(0.25, parts.get(0).ratio());
    }

    @Test
    void sharedWeightsLeaveNothingToTheGraph() {
        assertEquals(1, SizePart.of(List.of(layer("MatMul", 64, 400, 100)), 300, 200).size());
        assertEquals(List.of(), SizePart.of(List.of(), 300, 200));
    }

    private static QuantizedLayer layer(String layerClass, long length, long before, long after) {
        return new QuantizedLayer(
                "y", "", layerClass, before == after ? "" : "int8", "", length, before, after);
    }
}
