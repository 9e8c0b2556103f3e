package ai.tenon.core.internal;

import ai.tenon.management.RetiredInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/**
 * All that is on its way out. Retiring starts on the reconciler's thread, draining and freeing
 * happen on workers.
 */
final class Retirements {
    private final ExecutorService workers;
    private final Publisher publisher;
    private final EventLoop loop;
    private final UnloadWatch unloads = new UnloadWatch();

    // owned by the loop's thread
    private final List<Retirement> open = new ArrayList<>();

    Retirements(ExecutorService workers, Publisher publisher, EventLoop loop) {
        this.workers = workers;
        this.publisher = publisher;
        this.loop = loop;
    }

    /** Starts retiring what nothing points to any more. */
    Retirement start(Deployment old) {
        Retirement retirement = Retirement.start(old, workers);
        open.add(retirement);
        unloads.watch(retirement);
        String endpoint = old.spec().name();
        String backend = old.label();
        retirement
                .closed()
                .whenComplete(
                        (done, error) -> {
                            publisher.retired(endpoint, backend, error);
                            loop.enqueue(() -> open.remove(retirement));
                        });
        return retirement;
    }

    /** True while something that ran on {@code backend} is not freed yet. */
    boolean use(BackendEntry backend) {
        return open.stream().anyMatch(retirement -> retirement.deployment().isOn(backend));
    }

    /** See {@link ai.tenon.management.Deployments#retired}. */
    List<RetiredInfo> states() {
        return unloads.states();
    }
}
