package ai.tenon.evaluation.internal.optimize;

import ai.tenon.backend.BackendException;
import ai.tenon.evaluation.internal.room.Room;
import ai.tenon.measurement.Stopwatch;
import ai.tenon.optimizer.OptimizeMonitor;
import ai.tenon.optimizer.OptimizeRequest;
import ai.tenon.optimizer.OptimizeResult;
import ai.tenon.optimizer.Optimizer;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Optimises with what is in the room, one model at a time: two would disturb each other. */
@Component(configurationPid = "ai.tenon.evaluation")
public final class OptimizerComponent implements Optimizer {
    private final Room room;
    private final Stopwatch stopwatch;
    private final List<String> backends;

    /** Configuration of the bundle. */
    public @interface Settings {
        /** Backends to measure on where none is asked for, the best first. */
        String[] backends() default {"djl-onnxruntime", "ort-direct"};
    }

    @Activate
    public OptimizerComponent(
            @Reference Room room, @Reference Stopwatch stopwatch, Settings settings) {
        this(room, stopwatch, List.of(settings.backends()));
    }

    OptimizerComponent(Room room, Stopwatch stopwatch, List<String> backends) {
        this.room = room;
        this.stopwatch = stopwatch;
        this.backends = List.copyOf(backends);
    }

    @Override
    public synchronized OptimizeResult optimize(OptimizeRequest request, OptimizeMonitor monitor)
            throws BackendException {
        try (Job job = new Job(request, monitor, room, stopwatch, backends)) {
            if (request.goal().isPresent()) {
                return new Search(job).run();
            }
            boolean mixed =
                    request.scheme()
                            .filter(scheme -> scheme.name().equals(MixedRun.MIXED))
                            .isPresent();
            return mixed ? new MixedRun(job).run() : new SchemeRun(job).run();
        }
    }
}
