package ai.tenon.cli.internal;

import ai.tenon.cli.internal.demo.Soak;
import ai.tenon.cli.internal.demo.SoakReport;
import ai.tenon.cli.internal.gateway.Distributions;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.Table;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "soak",
        description =
                "Update a backend's bundle back and forth under load, and look what is left behind.")
final class SoakCommand extends Subcommand<SoakReport> {
    @Option(
            names = "--swaps",
            paramLabel = "N",
            defaultValue = "200",
            description =
                    "How many updates (default: ${DEFAULT-VALUE}); each takes about a second.")
    private int swaps;

    private Soak soak;

    SoakCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected SoakReport execute() throws Exception {
        soak = new Soak(Distributions.of(shell), progress, swaps);
        return soak.run();
    }

    @Override
    protected void print(SoakReport report) {
        Table table =
                new Table("SWAPS", "RESIDENT", "CLASS LOADERS", "LIBRARIES", "TEMPORARY FILES");
        for (SoakReport.Reading reading : report.readings()) {
            table.row(
                    Integer.toString(reading.swaps()),
                    String.format(Locale.ROOT, "%.0f MB", reading.residentMb()),
                    reading.classLoaders() < 0 ? "-" : Long.toString(reading.classLoaders()),
                    Long.toString(reading.libraries()),
                    Long.toString(reading.temporaryFiles()));
        }
        table.print(shell.out());
        shell.out()
                .printf(
                        Locale.ROOT,
                        "%nrequests: %d served, %d failed, %d changed; resident memory %+.1f %% over the"
                                + " second half%nwithout swaps: p50 %.1f ms, p99 %.1f ms; during swaps: p50 %.1f"
                                + " ms, p99 %.1f ms (%.2f times)%n",
                        report.requests().served(),
                        report.requests().failed(),
                        report.requests().changed(),
                        100 * report.residentGrowth(),
                        report.steady().p50Ms(),
                        report.steady().p99Ms(),
                        report.swapping().p50Ms(),
                        report.swapping().p99Ms(),
                        report.p99Ratio());
        if (!report.ok()) {
            shell.err().println("tenon: " + report.problem());
        }
    }

    @Override
    protected void close() {
        if (soak != null) {
            soak.close();
        }
    }

    @Override
    protected int exitCode(SoakReport report) {
        return report.ok() ? 0 : Errors.FAILURE;
    }
}
