package ai.tenon.cli.internal.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.tenon.bench.Comparison;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTablesTest {
    private static final Comparison.Ratio RATIO =
            new Comparison.Ratio("a[x=y]:m.onnx", "b", 0.5, 0.4, 0.3, 120.04);

    @Test
    void showsTimesDevicesAndRatios() {
        assertEquals(
                """
                m.onnx, threads 2, rounds 50, times in ms

                BACKEND        VERSION    MIN    P50    P90    P99  BYTES/RUN
                a[x=y]:m.onnx    1.0.0  1.000  2.000  3.000  150.0         16
                b                1.0.0  1.000  2.000  3.000  150.0         16

                a[x=y]:m.onnx: a chip
                b: a chip

                RATIO              MEDIAN    P10    P90  OF MINIMA
                a[x=y]:m.onnx / b   0.500  0.300  120.0      0.400
                """,
                printed(List.of(candidate("a[x=y]:m.onnx", 0.5), candidate("b", 0)), RATIO));
    }

    @Test
    void warnsOfWhatDisturbsOthers() {
        List<Comparison.Candidate> both =
                List.of(candidate("a[x=y]:m.onnx", 0), candidate("b", 0.96));
        List<String> lines = printed(both, RATIO).lines().toList();
        String last = lines.get(lines.size() - 1);
        assertTrue(last.startsWith("not fair: behind a run of b threads keep 1.0 cores"), last);
        assertEquals(1, lines.stream().filter(line -> line.startsWith("not fair")).count());
    }

    @Test
    void aloneNothingIsDisturbed() {
        String printed = printed(List.of(candidate("b", 2)));
        assertFalse(printed.contains("not fair"), printed);
        assertFalse(printed.contains("RATIO"), printed);
    }

    private static Comparison.Candidate candidate(String name, double busy) {
        return new Comparison.Candidate(name, "1.0.0", "a chip", 1, 2, 3, 150, 16, busy);
    }

    private static String printed(
            List<Comparison.Candidate> candidates, Comparison.Ratio... ratios) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ComparisonTables(new PrintStream(out, true, StandardCharsets.UTF_8))
                .print(new Comparison("m.onnx", 2, 50, candidates, List.of(ratios)));
        return out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
}
