package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "install", description = "Install a bundle beside what is there.")
final class InstallCommand extends ChangeCommand {
    @Mixin private ContentOptions bundle;

    InstallCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected ObjectNode request() {
        return bundle.into(request("install"), "bundle");
    }
}
