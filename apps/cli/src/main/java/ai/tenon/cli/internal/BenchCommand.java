package ai.tenon.cli.internal;

import ai.tenon.bench.Bench;
import ai.tenon.bench.BenchRequest;
import ai.tenon.bench.Comparison;
import ai.tenon.bench.Layers;
import ai.tenon.bench.Overhead;
import ai.tenon.cli.internal.bench.ComparisonTables;
import ai.tenon.cli.internal.bench.LayerTables;
import ai.tenon.cli.internal.bench.OverheadTable;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
            paramLabel = "CANDIDATE",
            description =
                    "What to compare: NAME[@VERSION][+endpoint][SETTING=VALUE;...]:FILE, of which only"
                            + " the backend's name must be there. With '+endpoint' the calls go through an endpoint, as a"
                            + " gateway's do. 'ort-direct' is the ONNX Runtime without Tenon."
                            + " Settings of the backend stand in brackets, a model of its own behind a"
                            + " colon: 'cpu[precision=bf16]:other.onnx'.")
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
                            + " machine can do at most. 'cache' stands where the data fit into the"
                            + " last-level cache, for which the memory's peak is no limit.")
    private boolean layers;

    @Option(
            names = "--top",
            paramLabel = "N",
            description =
                    "With --layers: only the N layers that take longest, and the others in one"
                            + " line. --json always has all, in the order in which they run.")
    private Integer top;

    @Option(
            names = "--overhead",
            description = "Measure what an endpoint adds to a call of a backend, instead.")
    private boolean overhead;

    BenchCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected Object execute() throws Exception {
        check();
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
        if (overhead && layers) {
            throw new UserError("--overhead and --layers are two measurements; choose one");
        }
        if (top != null && !layers) {
            throw new UserError("--top chooses among the layers of --layers; add --layers");
        }
        if (top != null && top < 1) {
            throw new UserError("--top must be at least 1; leave it out for all layers");
        }
        if (!overhead && backends.isEmpty()) {
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
            new ComparisonTables(shell.out()).print(comparison);
        } else if (result instanceof Overhead cost) {
            new OverheadTable(shell.out()).print(cost);
        } else if (result instanceof List<?> all) {
            LayerTables tables = new LayerTables(shell.out(), top == null ? 0 : top);
            all.forEach(each -> tables.print((Layers) each));
        }
    }
}
