package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
import java.io.PrintStream;
import java.util.List;
import java.util.function.IntSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Answers the launcher: it offers the arguments as a service and calls this one. */
@Component(service = IntSupplier.class, property = "ai.tenon.command:Boolean=true")
public final class CommandLineComponent implements IntSupplier {
    private static final String ARGUMENTS = "(ai.tenon.command.argv=true)";

    private final BundleContext context;

    @Activate
    public CommandLineComponent(BundleContext context) {
        this.context = context;
    }

    @Override
    public int getAsInt() {
        PrintStream results = System.out;
        // Whatever else prints there must not get between the results.
        System.setOut(System.err);
        Shell shell =
                new Shell(
                        results,
                        System.err,
                        System.getenv(),
                        context::getProperty,
                        new FrameworkServices(context));
        return Tenon.run(shell, arguments());
    }

    private List<String> arguments() {
        try {
            // An array's class belongs to no package, so that only all references include it.
            ServiceReference<?>[] references =
                    context.getAllServiceReferences(String[].class.getName(), ARGUMENTS);
            if (references == null) {
                throw new IllegalStateException("the launcher handed over no arguments");
            }
            return List.of((String[]) context.getService(references[0]));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
