package ai.tenon.cli.internal;

import ai.tenon.bench.Bench;
import ai.tenon.bench.BenchRequest;
import ai.tenon.bench.Comparison;
import ai.tenon.bench.Overhead;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.Table;
import ai.tenon.cli.internal.terminal.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "bench",
        description = "Measure backends side by side, in one process and in random order.")
final class BenchCommand extends Subcommand<Object> {
    @Parameters(arity = "0..1", paramLabel = "MODEL", description = "The model's file.")
    private Path model;

    @Option(
            names = "--backend",
            split = ",",
            paramLabel = "B[@VERSION][+endpoint]",
            description =
                    "What to compare. With '+endpoint' the calls go through an endpoint, as a"
                            + " gateway's do. 'ort-direct' is the ONNX Runtime without Tenon."
                            + " Settings of a backend follow in brackets, a model of its own behind"
                            + " a colon: 'cpu[precision=bf16]:other.onnx'.")
    private List<String> backends = List.of();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that one run may use (default: ${DEFAULT-VALUE}).")
    private int threads = 1;

    @Option(
            names = "--shape",
            paramLabel = "INPUT=1x128",
            description =
                    "The shape of an input; unknown dimensions are else 1 when outermost and 8"
                            + " otherwise. Floats are random in [-1, 1), integers 0 or 1.")
    private Map<String, String> shapes = new TreeMap<>();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How many rounds, instead of a time.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long to measure after warming up (default: ${DEFAULT-VALUE}).")
    private int seconds = 10;

    @Option(
            names = "--layers",
            description =
                    "Tell where the time goes instead: operator by operator, against what this"
                            + " machine can do at most.")
    private boolean layers;

    @Option(
            names = "--top",
            paramLabel = "N",
            description = "Of the layers only the N that take longest.")
    private int top;

    @Option(
            names = "--overhead",
            description = "Measure what an endpoint adds to a call of a backend, instead.")
    private boolean overhead;

    BenchCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected Object execute() throws Exception {
        if (!overhead) {
            check();
        }
        shell.services().startBackends();
        Bench bench = shell.services().require(Bench.class, "ai.tenon.bench");
        if (overhead) {
            return bench.overhead(
                    backends.isEmpty() ? "reference" : backends.get(0), progress::step);
        }
        BenchRequest request =
                new BenchRequest(
                        model, backends, threads, shapes, rounds, Duration.ofSeconds(seconds));
        return layers
                ? bench.layers(request, progress::step)
                : bench.compare(request, progress::step);
    }

    private void check() {
        boolean allHaveModels = backends.stream().allMatch(each -> each.contains(":"));
        if (backends.isEmpty() || model == null && !allHaveModels) {
            throw new UserError(
                    "bench needs a model and --backend, or --overhead; see 'tenon bench --help'");
        }
        if (model != null && !Files.isRegularFile(model)) {
            throw new UserError("there is no file " + model + "; check the path");
        }
        if (threads < 1 || rounds < 0 || seconds < 0) {
            throw new UserError("--threads must be at least 1, --rounds and --seconds at least 0");
        }
    }

    @Override
    protected void print(Object result) {
        if (result instanceof Comparison comparison) {
            print(comparison);
        } else if (result instanceof Overhead cost) {
            print(cost);
        } else if (result instanceof List<?> all) {
            new LayerTables(shell, top).print(all);
        }
    }

    private void print(Comparison comparison) {
        shell.out()
                .printf(
                        "%sthreads %d, rounds %d, times in ms%n%n",
                        comparison.model().isEmpty() ? "" : comparison.model() + ", ",
                        comparison.threads(),
                        comparison.rounds());
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
        times.print(shell.out());
        shell.out().println();
        for (Comparison.Candidate candidate : comparison.candidates()) {
            shell.out().printf("%s: %s%n", candidate.backend(), candidate.device());
        }
        if (comparison.ratios().isEmpty()) {
            return;
        }
        shell.out().println();
        Table ratios = new Table("RATIO", "MEDIAN", "P10", "P90", "OF MINIMA");
        for (Comparison.Ratio ratio : comparison.ratios()) {
            ratios.row(
                    ratio.of() + " / " + ratio.over(),
                    number(ratio.median()),
                    number(ratio.low()),
                    number(ratio.high()),
                    number(ratio.minima()));
        }
        ratios.print(shell.out());
    }

    private void print(Overhead cost) {
        shell.out()
                .printf(
                        "%s, one Relu over 16 floats, %d rounds of %d calls%n%n",
                        cost.backend(), cost.rounds(), cost.callsPerBatch());
        new Table("CALL", "NS", "BYTES")
                .row("executable", number(cost.executableNanos()), number(cost.executableBytes()))
                .row("endpoint", number(cost.endpointNanos()), number(cost.endpointBytes()))
                .row("difference", number(cost.differenceNanos()), number(cost.differenceBytes()))
                .print(shell.out());
        shell.out()
                .printf(
                        "%nthe difference is between %s and %s ns in 80 %% of the rounds%n",
                        number(cost.lowNanos()), number(cost.highNanos()));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.1f" : "%.3f", value);
    }
}
