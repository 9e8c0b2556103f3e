package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command itself: what stands under it, and how errors are told. */
@Command(
        name = "tenon",
        description = "A plug-in edge-AI runtime: serves models and swaps everything behind them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            ProfilesCommand.class,
            DeviceCommand.class,
            ModelsCommand.class,
            BackendsCommand.class,
            BundlesCommand.class,
            EndpointsCommand.class,
            GenerationsCommand.class,
            RetiredCommand.class,
            OperationsCommand.class,
            OptimizeCommand.class,
            DeployCommand.class,
            UndeployCommand.class,
            LoadCommand.class,
            UnloadCommand.class,
            SwapCommand.class,
            InferCommand.class,
            SearchCommand.class,
            InstallCommand.class,
            UpdateCommand.class,
            UninstallCommand.class,
            RollbackCommand.class,
            ConfigureCommand.class,
            DatasetCommand.class,
            BenchCommand.class,
            ConformanceCommand.class,
            SoakCommand.class,
            VersionCommand.class
        })
final class Tenon implements Runnable {
    private static final int HELP_WIDTH = 100;

    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    /** Runs a command line and returns its exit code. */
    static int run(Shell shell, List<String> argv) {
        Errors errors = new Errors(shell, argv);
        return new CommandLine(new Tenon(), factory(shell))
                .setOut(new PrintWriter(shell.out(), true))
                .setErr(new PrintWriter(shell.err(), true))
                .setColorScheme(
                        CommandLine.Help.defaultColorScheme(shell.coloured() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(HELP_WIDTH)
                .setParameterExceptionHandler((error, args) -> errors.usage(error))
                .setExecutionExceptionHandler((error, line, parsed) -> errors.execution(error))
                .execute(argv.toArray(String[]::new));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Commands get the shell through their constructor; all else is made as picocli does. */
    private static IFactory factory(Shell shell) {
        return new IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                if (!Subcommand.class.isAssignableFrom(type)) {
                    return CommandLine.defaultFactory().create(type);
                }
                Constructor<K> constructor = type.getDeclaredConstructor(Shell.class);
                try {
                    return constructor.newInstance(shell);
                } catch (InvocationTargetException e) {
                    throw new IllegalStateException(e.getCause());
                }
            }
        };
    }
}
