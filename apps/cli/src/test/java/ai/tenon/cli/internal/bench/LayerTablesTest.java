package ai.tenon.cli.internal.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.backend.LayerProfile.Layer;
import ai.tenon.bench.Layers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerTablesTest {
    private static final Map<String, Double> PEAKS =
            Map.of("fp32", 100e9, "int8", 400e9, "bf16", 0.0, "memory", 10e9);
    private static final Layer CONV =
            new Layer("/head/conv", "conv 3x3", 6_000_000, 300_000_000, 4_000_000, "fp32");
    private static final Layer PRODUCT =
            new Layer("/head/product", "matmul int8", 3_000_000, 900_000_000, 8_000_000, "int8");
    private static final Layer COPY =
            new Layer("/head/copy", "copy", 1_000_000, 0, 5_000_000, "memory");
    private static final List<Layer> ALL = List.of(COPY, CONV, PRODUCT);

    @Test
    void showsTimePartRateAndPercentOfEachLayerInTheirOrder() {
        assertEquals(
                """
                cpu: 10.000 ms, the sum of each layer's shortest time in 7 runs
                measured at most: fp32 100.0 GFLOP/s, int8 400.0 GOP/s, memory 10.000 GB/s; last-level cache 1.00 MB

                LAYER          KERNEL          MS     %   RATE  AGAINST       % OF PEAK
                /head/copy     copy         1.000  10.0    5.0  GB/s memory          50
                /head/conv     conv 3x3     6.000  60.0   50.0  GFLOP/s fp32         50
                /head/product  matmul int8  3.000  30.0  300.0  GOP/s int8           75

                """,
                printed(0, 1_000_000, PEAKS, ALL));
    }

    @Test
    void topShowsTheLongestAndSumsUpTheOthers() {
        assertEquals(
                """
                cpu: 10.000 ms, the sum of each layer's shortest time in 7 runs
                measured at most: fp32 100.0 GFLOP/s, int8 400.0 GOP/s, memory 10.000 GB/s

                LAYER       KERNEL       MS     %  RATE  AGAINST       % OF PEAK
                /head/conv  conv 3x3  6.000  60.0  50.0  GFLOP/s fp32         50
                2 others              4.000  40.0

                """,
                printed(1, 0, PEAKS, ALL));
        assertFalse(printed(3, 0, PEAKS, ALL).contains("others"));
        assertFalse(printed(4, 0, PEAKS, ALL).contains("others"));
    }

    @Test
    void whatFitsIntoTheCacheIsNotHeldAgainstTheMemory() {
        String fits = printed(0, 5_000_000, PEAKS, List.of(COPY, CONV));
        assertTrue(fits.contains("5.0  GB/s cache\n"), fits);
        assertTrue(fits.contains("50.0  GFLOP/s fp32         50\n"), fits);
        String tooLarge = printed(0, 4_999_999, PEAKS, List.of(COPY));
        assertTrue(tooLarge.contains("GB/s memory         50\n"), tooLarge);
    }

    @Test
    void whatIsFasterThanTheMemoryCameOutOfACache() {
        Layer fast = new Layer("a", "copy", 100_000, 0, 1_100_000, "memory");
        assertTrue(printed(0, 0, PEAKS, List.of(fast)).contains("11.0  GB/s cache\n"));
    }

    @Test
    void withoutPeaksThereAreRatesAlone() {
        String printed = printed(0, 0, Map.of(), ALL);
        assertTrue(printed.contains("does not tell what the machine can do"), printed);
        assertTrue(printed.contains("50.0  GFLOP/s fp32\n"), printed);
        assertTrue(printed.contains("5.0  GB/s memory\n"), printed);
    }

    @Test
    void timesThatAreTooShortForTheClockAreNoDivisors() {
        Layer none = new Layer("a", "copy", 0, 0, 8, "memory");
        String printed = printed(0, 0, PEAKS, List.of(none, none));
        assertTrue(printed.contains("a      copy    0.000           GB/s memory\n"), printed);
    }

    @Test
    void longNamesLoseTheirBeginningAndKeepTheColumns() {
        String name = "/encoder/" + "layer.11/".repeat(6) + "attention/MatMul";
        Layer longest = new Layer(name, "matmul", 6_000_000, 0, 60_000_000, "memory");
        List<String> lines = printed(0, 0, PEAKS, List.of(longest, COPY)).lines().skip(3).toList();
        assertEquals("…" + name.substring(name.length() - 43), lines.get(1).substring(0, 44));
        int kernel = lines.get(0).indexOf("KERNEL");
        assertEquals(46, kernel);
        assertEquals("matmul", lines.get(1).substring(kernel, kernel + 6));
        assertEquals("copy", lines.get(2).substring(kernel, kernel + 4));
        assertEquals(lines.get(1).indexOf("6.000"), lines.get(2).indexOf("1.000"));
        assertEquals(lines.get(1).lastIndexOf("100") + 1, lines.get(2).lastIndexOf("50"));
    }

    @Test
    void aBackendThatDoesNotTellIsNamed() {
        assertEquals(
                "cpu: this backend does not tell where its time goes\n\n",
                printed(0, 0, Map.of(), List.of()));
    }

    private static String printed(
            int top, long cacheBytes, Map<String, Double> peaks, List<Layer> layers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new LayerTables(new PrintStream(out, true, StandardCharsets.UTF_8), top)
                .print(new Layers("cpu", 7, cacheBytes, peaks, layers));
        return out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
}
