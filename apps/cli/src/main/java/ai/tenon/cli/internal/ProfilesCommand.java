package ai.tenon.cli.internal;

import ai.tenon.cli.internal.gateway.Distribution;
import ai.tenon.cli.internal.gateway.Distributions;
import ai.tenon.cli.internal.terminal.Shell;
import ai.tenon.cli.internal.terminal.Table;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "profiles", description = "The device profiles that a gateway can be started with.")
final class ProfilesCommand extends Subcommand<List<Distribution>> {
    ProfilesCommand(Shell shell) {
        super(shell);
    }

    @Override
    protected List<Distribution> execute() {
        return Distributions.of(shell).gateways();
    }

    @Override
    protected void print(List<Distribution> profiles) {
        Table table = new Table("PROFILE", "DESCRIPTION");
        profiles.forEach(profile -> table.row(profile.name(), profile.description()));
        table.print(shell.out());
    }
}
