package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Services.Versioned;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.UserError;
import ai.tenon.datasets.Split;
import ai.tenon.datasets.TaskData;
import ai.tenon.evaluation.DataSet;
import ai.tenon.evaluation.Sample;
import ai.tenon.graph.Tensor;
import ai.tenon.samples.npy.Npy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "dataset",
        description = "Prepare public labelled data for 'optimize' to calibrate and evaluate with.")
final class DatasetCommand extends Subcommand<DatasetCommand.Written> {
    /** What was written. */
    record Written(String dataset, String split, int samples, String metric, String folder) {}

    @Parameters(paramLabel = "NAME", description = "Which data; a wrong name lists what there is.")
    private String name;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "FOLDER",
            description = "Where the published files are.")
    private Path from;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FOLDER",
            description = "A new folder, for a .npz file per sample.")
    private Path out;

    @Option(
            names = "--split",
            paramLabel = "calibrate|evaluate",
            description = "Inputs alone, or with their labels (default: ${DEFAULT-VALUE}).")
    private String split = "evaluate";

    @Option(
            names = "--vocabulary",
            paramLabel = "FILE",
            description = "What a model of text reads or writes with, as its tokenizer.json.")
    private Path vocabulary;

    DatasetCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected Written execute() throws Exception {
        Split wanted = split();
        if (Files.exists(out)) {
            throw new UserError(out + " is there already; name a new folder");
        }
        shell.services().startBackends();
        TaskData task = task();
        try {
            DataSet data = task.open(from, wanted, Optional.ofNullable(vocabulary));
            Files.createDirectories(out);
            int index = 0;
            for (Sample sample : data) {
                progress.bar(task.name(), (double) index / data.size());
                write(sample, index++);
            }
            if (wanted == Split.EVALUATE) {
                Files.writeString(out.resolve("metric.txt"), task.metric());
            }
            return new Written(task.name(), split, data.size(), task.metric(), out.toString());
        } catch (IOException | IllegalArgumentException e) {
            throw new UserError(e.getMessage(), e);
        }
    }

    private Split split() {
        return switch (split) {
            case "calibrate" -> Split.CALIBRATE;
            case "evaluate" -> Split.EVALUATE;
            default -> throw new UserError("--split is calibrate or evaluate, not '" + split + "'");
        };
    }

    private TaskData task() {
        List<TaskData> all =
                shell.services().all(TaskData.class).stream().map(Versioned::service).toList();
        return all.stream()
                .filter(task -> task.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UserError(
                                        "there is no data set '"
                                                + name
                                                + "'; there are: "
                                                + all.stream()
                                                        .map(TaskData::name)
                                                        .sorted()
                                                        .collect(Collectors.joining(", "))));
    }

    private void write(Sample sample, int index) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>(sample.inputs());
        tensors.putAll(sample.expected());
        Npy.writeAll(tensors, out.resolve(String.format("%06d.npz", index)));
    }

    @Override
    protected void print(Written written) {
        shell.out()
                .printf(
                        "%s: %d samples in %s%n",
                        written.dataset(), written.samples(), written.folder());
    }
}
