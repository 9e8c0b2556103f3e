package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "update",
        description = "Put a bundle in place of the one with the same symbolic name.")
final class UpdateCommand extends ChangeCommand {
    @Mixin private ContentOptions bundle;

    UpdateCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected ObjectNode request() {
        return bundle.into(request("update"), "bundle");
    }
}
