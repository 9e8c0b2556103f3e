package ai.tenon.cli.internal;

import ai.tenon.backend.Backend;
import ai.tenon.cli.internal.terminal.Services.Versioned;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.Table;
import ai.tenon.cli.internal.terminal.UserError;
import ai.tenon.conformance.Conformance;
import ai.tenon.conformance.ConformanceReport;
import ai.tenon.conformance.TestResult;
import ai.tenon.conformance.Tolerance;
import ai.tenon.management.BackendRef;
import ai.tenon.model.ModelFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "conformance", description = "Run ONNX's backend tests on a backend.")
final class ConformanceCommand extends Subcommand<ConformanceReport> {
    @Option(
            names = "--backend",
            required = true,
            paramLabel = "B[@VERSION]",
            description = "Which one; without a version the first that is found.")
    private String backend;

    @Option(
            names = "--tests",
            required = true,
            paramLabel = "FILE_OR_DIR",
            description = "A test's folder, a folder of such, or a .tar(.gz) with node/*.")
    private Path tests;

    ConformanceCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected ConformanceReport execute() throws Exception {
        if (!Files.exists(tests)) {
            throw new UserError("there is no file or folder " + tests + "; check the path");
        }
        shell.services().startBackends();
        Conformance conformance =
                new Conformance(
                        backend(),
                        shell.services().require(ModelFormat.class, "ai.tenon.onnx"),
                        Tolerance.ONNX);
        int[] done = {0};
        try {
            return conformance.run(tests, result -> tell(++done[0], result));
        } catch (IOException e) {
            throw new UserError(e.getMessage(), e);
        }
    }

    private void tell(int count, TestResult result) {
        if (shell.interactive()) {
            progress.step(count + " " + result.test());
        }
    }

    private Backend backend() {
        BackendRef wanted = BackendRef.parse(backend);
        List<Versioned<Backend>> all = shell.services().all(Backend.class);
        return all.stream()
                .filter(found -> found.service().description().name().equals(wanted.name()))
                .filter(
                        found ->
                                wanted.version().isEmpty()
                                        || wanted.version().equals(found.version()))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UserError(
                                        "there is no backend '"
                                                + wanted
                                                + "' here; there are: "
                                                + all.stream()
                                                        .map(ConformanceCommand::label)
                                                        .sorted()
                                                        .collect(Collectors.joining(", "))))
                .service();
    }

    private static String label(Versioned<Backend> found) {
        return new BackendRef(found.service().description().name(), found.version()).toString();
    }

    @Override
    protected void print(ConformanceReport report) {
        if (!report.failures().isEmpty()) {
            Table failures = new Table("FAILED", "REASON");
            report.failures().forEach(entry -> failures.row(entry.test(), entry.reason()));
            failures.print(shell.out());
            shell.out().println();
        }
        shell.out()
                .printf(
                        "%s: %d tests, %d passed, %d failed, %d unsupported%n",
                        report.backend(),
                        report.total(),
                        report.passed(),
                        report.failed(),
                        report.unsupported());
    }

    @Override
    protected int exitCode(ConformanceReport report) {
        return report.failed() == 0 ? 0 : Errors.FAILURE;
    }
}
