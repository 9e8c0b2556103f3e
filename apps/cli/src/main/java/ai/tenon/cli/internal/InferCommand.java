package ai.tenon.cli.internal;

import ai.tenon.cli.internal.InferCommand.Result;
import ai.tenon.cli.internal.gateway.OpenInference;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.Table;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "infer", description = "Send tensors to an endpoint and show what it answers.")
final class InferCommand extends GatewayCommand<Result> {
    private static final int SHOWN = 6;

    /** One answer; {@code data} is null where the tensors were written to files. */
    record Output(String name, String type, long[] shape, Object data) {}

    record Result(String model, String backend, List<Output> outputs, String file) {}

    @Parameters(paramLabel = "ENDPOINT", description = "Its name.")
    private String name;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "[NAME=]FILE",
            description =
                    "A .npy file for the only or the named input, or a .npz file with all of them.")
    private List<String> inputs;

    @Option(
            names = "--output",
            paramLabel = "FILE|DIR",
            description = "Write to a .npy file, a .npz file, or a folder with a .npy file each.")
    private Path output;

    InferCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected Result execute() throws Exception {
        OpenInference client = new OpenInference(gateway());
        TensorFiles files = new TensorFiles(name, client.metadata(name));
        OpenInference.Answer answer = client.infer(name, files.read(inputs));
        if (output != null) {
            files.write(answer.outputs(), output);
        }
        List<Output> outputs =
                answer.outputs().entrySet().stream()
                        .map(
                                entry ->
                                        new Output(
                                                entry.getKey(),
                                                entry.getValue().type().name(),
                                                entry.getValue().shape(),
                                                output == null
                                                        ? Elements.of(entry.getValue())
                                                        : null))
                        .toList();
        return new Result(name, answer.backend(), outputs, output == null ? "" : output.toString());
    }

    @Override
    protected void print(Result result) {
        Table table =
                new Table("OUTPUT", "TYPE", "SHAPE", result.file().isEmpty() ? "VALUES" : "FILE");
        for (Output out : result.outputs()) {
            table.row(
                    out.name(),
                    out.type(),
                    Arrays.toString(out.shape()),
                    out.data() instanceof List<?> values ? first(values) : result.file());
        }
        table.print(shell.out());
    }

    private static String first(List<?> values) {
        String text = values.subList(0, Math.min(SHOWN, values.size())).toString();
        return values.size() > SHOWN ? text.replace("]", ", …]") : text;
    }
}
