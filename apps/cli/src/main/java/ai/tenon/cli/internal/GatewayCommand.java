package ai.tenon.cli.internal;

import ai.tenon.cli.internal.gateway.Gateway;
import ai.tenon.cli.internal.gateway.GatewayOptions;
import ai.tenon.cli.internal.terminal.Shell;
import picocli.CommandLine.Mixin;

/** A command for a running gateway. */
abstract class GatewayCommand<R> extends Subcommand<R> {
    @Mixin private GatewayOptions options;

    protected GatewayCommand(Shell shell) {
        super(shell);
    }

    protected final Gateway gateway() {
        return options.gateway(shell);
    }
}
