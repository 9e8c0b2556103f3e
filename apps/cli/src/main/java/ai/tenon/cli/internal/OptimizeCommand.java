package ai.tenon.cli.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.BackendException.ErrorClass;
import ai.tenon.cli.internal.optimize.Catalogue;
import ai.tenon.cli.internal.optimize.CommandText;
import ai.tenon.cli.internal.optimize.InputModel;
import ai.tenon.cli.internal.optimize.Interruptible;
import ai.tenon.cli.internal.optimize.OptimizeProgress;
import ai.tenon.cli.internal.optimize.Outcome;
import ai.tenon.cli.internal.optimize.OutcomeText;
import ai.tenon.cli.internal.optimize.OutputModel;
import ai.tenon.cli.internal.optimize.RecipeFile;
import ai.tenon.cli.internal.optimize.RequestOptions;
import ai.tenon.cli.internal.optimize.WholeFile;
import ai.tenon.cli.internal.report.Report;
import ai.tenon.cli.internal.terminal.Failure;
import ai.tenon.cli.internal.terminal.Json;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.UserError;
import ai.tenon.device.DeviceDescription;
import ai.tenon.model.ModelFormat;
import ai.tenon.optimize.GraphPass;
import ai.tenon.optimizer.OptimizeRequest;
import ai.tenon.optimizer.OptimizeResult;
import ai.tenon.optimizer.Optimizer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "optimize",
        description = "Make a model what this device should run: smaller, faster, and measured.")
final class OptimizeCommand extends Subcommand<Object> {
    /** As a shell says it of a command that Ctrl-C ended. */
    private static final int INTERRUPTED = 130;

    @Spec private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "MODEL", description = "The model's file.")
    private Path model;

    @Option(names = "--out", paramLabel = "FILE", description = "Where the result goes.")
    private Path out;

    @Mixin private RequestOptions options;

    @Option(
            names = "--recipe",
            paramLabel = "FILE.json",
            description = "Write what was done as a recipe, for 'tenon deploy --recipe'.")
    private Path recipe;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "Write a report: one file, for a browser.")
    private Path report;

    @Option(names = "--list", description = "Show the schemes, passes and metrics there are.")
    private boolean list;

    OptimizeCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected Object execute() throws Exception {
        if (list) {
            return Catalogue.of(shell.services());
        }
        if (model == null || out == null) {
            throw new UserError("optimize needs a model and --out; see 'tenon optimize --help'");
        }
        InputModel input =
                InputModel.open(
                        model, shell.services().require(ModelFormat.class, "ai.tenon.onnx"));
        OutputModel output = new OutputModel(WholeFile.at(out, "--out"), input);
        WholeFile recipeFile = recipe == null ? null : WholeFile.at(recipe, "--recipe");
        WholeFile reportFile = report == null ? null : WholeFile.at(report, "--report");
        refuseToOverwrite(model.toRealPath(), output.path(), recipeFile, reportFile);
        OptimizeRequest request =
                options.request(
                        input,
                        shell.services().all(GraphPass.class).stream()
                                .map(pass -> pass.service().name())
                                .toList());
        shell.services().startBackends();
        OptimizeResult result = optimize(request);
        Outcome outcome =
                new Outcome(
                        model.toString(),
                        input.bytes(),
                        out.toString(),
                        output.write(result.model()),
                        options.asked(),
                        device(),
                        CommandText.of(spec.root().commandLine().getParseResult().originalArgs()),
                        result);
        if (recipeFile != null) {
            recipeFile.write(Json.pretty(RecipeFile.json(result.recipe())) + "\n");
        }
        if (reportFile != null) {
            reportFile.write(Report.of(outcome));
        }
        return outcome;
    }

    /** The model may be replaced by its result, but never by what is told of it. */
    private static void refuseToOverwrite(Path input, Path output, WholeFile... others) {
        Set<Path> taken = new HashSet<>(List.of(input));
        taken.add(output);
        for (WholeFile other : others) {
            if (other != null && !taken.add(other.path())) {
                throw new UserError(other.path() + " would be written over; name different files");
            }
        }
    }

    private OptimizeResult optimize(OptimizeRequest request) throws Exception {
        Optimizer optimizer = shell.services().require(Optimizer.class, "ai.tenon.evaluation");
        OptimizeProgress monitor = new OptimizeProgress(progress);
        try {
            return Interruptible.call(() -> optimizer.optimize(request, monitor), monitor::stop);
        } catch (OutOfMemoryError e) {
            throw new Failure(
                    "the memory does not suffice for model '"
                            + request.source().name()
                            + "'; give more with JAVA_TOOL_OPTIONS=-Xmx8g",
                    e);
        } catch (IllegalArgumentException e) {
            throw new UserError(e.getMessage(), e);
        } catch (BackendException e) {
            if (e.errorClass() == ErrorClass.CANCELLED) {
                throw new Failure("stopped before anything was tried; nothing was written", e);
            }
            if (e.errorClass() == ErrorClass.INVALID_INPUT) {
                throw new UserError(e.getMessage(), e);
            }
            throw e;
        }
    }

    private String device() {
        return shell.services()
                .find(DeviceDescription.class)
                .map(
                        found ->
                                (found.board() + ", " + found.cpu()).replaceFirst("^, ", "")
                                        + ", "
                                        + found.cores()
                                        + " cores, "
                                        + found.architecture())
                .orElse("");
    }

    @Override
    protected void print(Object result) {
        if (result instanceof Catalogue catalogue) {
            catalogue.print(shell.out());
        } else if (result instanceof Outcome outcome) {
            new OutcomeText(outcome, shell.out()).print();
        }
    }

    @Override
    protected int exitCode(Object result) {
        return result instanceof Outcome outcome && outcome.result().interrupted()
                ? INTERRUPTED
                : 0;
    }
}
