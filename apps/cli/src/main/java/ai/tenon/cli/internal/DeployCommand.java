package ai.tenon.cli.internal;

import ai.tenon.cli.internal.optimize.RecipeFile;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.UserError;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "deploy", description = "Serve a model under a name.")
final class DeployCommand extends ChangeCommand {
    @Mixin private ContentOptions model;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The endpoint's name (default: the file's, without its extension).")
    private String name;

    @Option(
            names = "--backend",
            paramLabel = "B[@VERSION]",
            description = "Pin it to a backend; otherwise the profile's preference decides.")
    private String backend = "";

    @Option(names = "--threads", paramLabel = "N", description = "Threads that one run may use.")
    private Integer threads;

    @Option(
            names = "--recipe",
            paramLabel = "FILE.json",
            description =
                    "Optimise it first, as 'tenon optimize --recipe' wrote it down (default: as the"
                            + " profile says).")
    private Path recipe;

    @Option(names = "--no-recipe", description = "Serve it as it is, whatever the profile says.")
    private boolean noRecipe;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting: threads, contexts, shape.INPUT, or one of the backend's own.")
    private Map<String, String> settings = new TreeMap<>();

    DeployCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected ObjectNode request() {
        ObjectNode request = model.into(request("deploy"), "model");
        request.put("name", name == null ? model.fileName().replaceAll("\\.[^.]*$", "") : name);
        request.put("backend", backend);
        if (recipe != null && noRecipe) {
            throw new UserError("--recipe and --no-recipe contradict each other; give one of them");
        }
        if (noRecipe) {
            request.putObject("recipe");
        } else if (recipe != null) {
            request.set("recipe", RecipeFile.read(recipe));
        }
        ObjectNode values = request.putObject("settings");
        settings.forEach(values::put);
        if (threads != null) {
            if (threads < 1) {
                throw new UserError("--threads must be at least 1");
            }
            values.put("threads", threads.toString());
        }
        return request;
    }
}
