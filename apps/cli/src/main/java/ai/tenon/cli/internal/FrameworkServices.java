package ai.tenon.cli.internal;

import ai.tenon.cli.internal.terminal.Services;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.FrameworkStartLevel;

/** The toolbox's framework. */
final class FrameworkServices implements Services {
    /** Where the toolbox keeps what only some commands need. */
    private static final int BACKENDS = 8;

    private final BundleContext context;

    FrameworkServices(BundleContext context) {
        this.context = context;
    }

    @Override
    public <T> List<Versioned<T>> all(Class<T> type) {
        try {
            return context.getServiceReferences(type, null).stream()
                    .sorted(Comparator.reverseOrder())
                    .map(this::versioned)
                    .toList();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T> Versioned<T> versioned(ServiceReference<T> reference) {
        return new Versioned<>(
                context.getService(reference),
                reference.getBundle().getSymbolicName(),
                reference.getBundle().getVersion().toString());
    }

    @Override
    public void startBackends() throws InterruptedException {
        FrameworkStartLevel level =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                        .adapt(FrameworkStartLevel.class);
        if (level.getStartLevel() >= BACKENDS) {
            return;
        }
        CountDownLatch reached = new CountDownLatch(1);
        level.setStartLevel(
                BACKENDS,
                event -> {
                    if (event.getType() == FrameworkEvent.STARTLEVEL_CHANGED) {
                        reached.countDown();
                    }
                });
        reached.await();
    }
}
