package ai.tenon.cli.internal;

import ai.tenon.cli.internal.demo.Demo;
import ai.tenon.cli.internal.demo.DemoReport;
import ai.tenon.cli.internal.gateway.Distributions;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.Table;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description =
                "Serve a real model, and swap everything behind it while requests keep coming.")
final class DemoCommand extends Subcommand<DemoReport> {
    @Option(
            names = "--stay",
            description = "Leave the gateway up at the end, until Ctrl-C, and say where it is.")
    private boolean stay;

    @Option(
            names = "--broker",
            paramLabel = "URL",
            description = "Ask for the swaps through this MQTT 5 broker, as in mqtt://host:1883.")
    private String broker;

    private Demo demo;

    DemoCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected DemoReport execute() throws Exception {
        demo = new Demo(Distributions.of(shell), broker, progress);
        return demo.run();
    }

    @Override
    protected void print(DemoReport report) {
        Table table = new Table("STEP", "TIME", "SERVED", "FAILED", "BACKEND");
        for (DemoReport.StepResult step : report.steps()) {
            table.row(
                    step.step(),
                    String.format(Locale.ROOT, "%,d ms", step.millis()),
                    Long.toString(step.served()),
                    step.ok() ? "0" : Long.toString(step.failed()),
                    step.ok() ? step.backend() : "DID NOT HOLD");
        }
        table.print(shell.out());
        DemoReport.Requests requests = report.requests();
        shell.out()
                .printf(
                        "%n%d requests served, %d failed, %d answers changed (%d times"
                                + " \"unavailable\" while unloaded)%n",
                        requests.served(),
                        requests.failed(),
                        requests.changed(),
                        requests.unavailable());
        if (!report.passage().isEmpty()) {
            shell.out()
                    .printf(
                            "%nasked:  %s%nfound:  %s%n",
                            report.question(), report.passage().replaceAll("\\s+", " "));
        }
        if (!report.ok()) {
            shell.out().println();
            shell.err().println("tenon: " + report.problem());
        }
    }

    @Override
    protected void afterwards(DemoReport report) throws Exception {
        if (stay && report.ok()) {
            shell.err().println("the gateway stays up at " + report.address() + " until Ctrl-C");
            new CountDownLatch(1).await();
        }
    }

    @Override
    protected void close() {
        if (demo != null) {
            demo.close();
        }
    }

    @Override
    protected int exitCode(DemoReport report) {
        return report.ok() ? 0 : Errors.FAILURE;
    }
}
