package ai.tenon.cli.internal.bench;

import static ai.tenon.cli.internal.bench.Numbers.number;

import ai.tenon.bench.Overhead;
import ai.tenon.cli.internal.terminal.Table;
import java.io.PrintStream;

/** Prints what an endpoint adds to a call. */
public final class OverheadTable {
    private final PrintStream out;

    public OverheadTable(PrintStream out) {
        this.out = out;
    }

    public void print(Overhead cost) {
        out.printf(
                "%s, one Relu over 16 floats, %d rounds of %d calls%n%n",
                cost.backend(), cost.rounds(), cost.callsPerBatch());
        new Table("CALL", "NS", "BYTES")
                .row("executable", number(cost.executableNanos()), number(cost.executableBytes()))
                .row("endpoint", number(cost.endpointNanos()), number(cost.endpointBytes()))
                .row("difference", number(cost.differenceNanos()), number(cost.differenceBytes()))
                .print(out);
        out.printf(
                "%nthe difference is between %s and %s ns in 80 %% of the rounds%n",
                number(cost.lowNanos()), number(cost.highNanos()));
    }
}
