package ai.tenon.cli.internal.bench;

import static ai.tenon.cli.internal.bench.Numbers.number;

import ai.tenon.bench.Comparison;
import ai.tenon.cli.internal.terminal.Table;
import java.io.PrintStream;
import java.util.Locale;

/** Prints how long candidates took, how they compare, and what made the comparison unfair. */
public final class ComparisonTables {
    private final PrintStream out;

    public ComparisonTables(PrintStream out) {
        this.out = out;
    }

    public void print(Comparison comparison) {
        out.printf(
                "%sthreads %d, rounds %d, times in ms%n%n",
                comparison.model().isEmpty() ? "" : comparison.model() + ", ",
                comparison.threads(),
                comparison.rounds());
        times(comparison);
        out.println();
        for (Comparison.Candidate candidate : comparison.candidates()) {
            out.printf("%s: %s%n", candidate.backend(), candidate.device());
        }
        if (!comparison.ratios().isEmpty()) {
            out.println();
            ratios(comparison);
            warnings(comparison);
        }
    }

    private void times(Comparison comparison) {
        Table times = new Table("BACKEND", "VERSION", "MIN", "P50", "P90", "P99", "BYTES/RUN");
        for (Comparison.Candidate candidate : comparison.candidates()) {
            times.row(
                    candidate.backend(),
                    candidate.version(),
                    number(candidate.minMs()),
                    number(candidate.p50Ms()),
                    number(candidate.p90Ms()),
                    number(candidate.p99Ms()),
                    Long.toString(candidate.bytesPerRun()));
        }
        times.print(out);
    }

    private void ratios(Comparison comparison) {
        Table ratios = new Table("RATIO", "MEDIAN", "P10", "P90", "OF MINIMA");
        for (Comparison.Ratio ratio : comparison.ratios()) {
            ratios.row(
                    ratio.of() + " / " + ratio.over(),
                    number(ratio.median()),
                    number(ratio.low()),
                    number(ratio.high()),
                    number(ratio.minima()));
        }
        ratios.print(out);
    }

    private void warnings(Comparison comparison) {
        for (Comparison.Candidate candidate : comparison.candidates()) {
            if (candidate.disturbsOthers()) {
                out.printf(
                        Locale.ROOT,
                        "%nnot fair: behind a run of %s threads keep %.1f cores busy, which slows"
                                + " down what runs next; let them sleep by a setting of its backend,"
                                + " [KEY=VALUE], or measure it alone%n",
                        candidate.backend(),
                        candidate.busyCoresAfter());
            }
        }
    }
}
