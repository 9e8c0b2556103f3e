package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Shell;
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
        Shell shell =
                new Shell(
                        System.out,
                        System.err,
                        System.getenv(),
                        context::getProperty,
                        new FrameworkServices(context));
        return Tenon.run(shell, arguments());
    }

    private List<String> arguments() {
        try {
            // The plain query asks whether this bundle is wired to the package of an array: it
            // never is.
            ServiceReference<?>[] references =
                    context.getAllServiceReferences(String[].class.getName(), ARGUMENTS);
            if (references == null) {
                throw new IllegalStateException("no arguments were handed over");
            }
            return List.of((String[]) context.getService(references[0]));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
