package ai.tenon.bench.internal;

import ai.tenon.bench.Bench;
import ai.tenon.bench.BenchRequest;
import ai.tenon.bench.Comparison;
import ai.tenon.bench.Layers;
import ai.tenon.bench.Overhead;
import ai.tenon.management.ManagementException;
import ai.tenon.measurement.Stopwatch;
import ai.tenon.measurement.Timings;
import ai.tenon.model.ModelVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Measures with whatever is in the room. */
@Component
public final class BenchComponent implements Bench {
    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(10);
    private static final int FEWEST_ROUNDS = 10;
    private static final int MOST_ROUNDS = 1_000_000;

    private final Room room;
    private final Stopwatch stopwatch;

    @Activate
    public BenchComponent(@Reference Room room, @Reference Stopwatch stopwatch) {
        this.room = room;
        this.stopwatch = stopwatch;
    }

    @Override
    public synchronized Comparison compare(BenchRequest request, Consumer<String> progress)
            throws ManagementException, InterruptedException {
        try (Candidates candidates = candidates(request)) {
            candidates.open(request.candidates(), progress);
            progress.accept("measuring");
            Timings timings = candidates.measure(stopwatch, effort(request));
            return comparison(request, candidates.all(), timings, candidates.busyCoresAfter());
        }
    }

    @Override
    public synchronized List<Layers> layers(BenchRequest request, Consumer<String> progress)
            throws ManagementException, InterruptedException {
        LayerRun run = new LayerRun(effort(request), new Caches().lastLevelBytes());
        List<Layers> all = new ArrayList<>();
        try (Candidates candidates = candidates(request)) {
            candidates.open(request.candidates(), progress);
            for (Candidate candidate : candidates.all()) {
                progress.accept("measuring the layers of " + candidate.identity().label());
                all.add(run.of(candidate));
            }
        }
        return all;
    }

    @Override
    public synchronized Overhead overhead(String backend, Consumer<String> progress)
            throws ManagementException, InterruptedException {
        return new OverheadRun(room, stopwatch, progress).run(backend);
    }

    private Candidates candidates(BenchRequest request) throws ManagementException {
        ModelVersion model = request.model() == null ? null : ModelFiles.version(request.model());
        return new Candidates(room, model, request.threads(), request.shapes());
    }

    private static Stopwatch.Effort effort(BenchRequest request) {
        boolean counted = request.rounds() > 0;
        return new Stopwatch.Effort(
                counted ? request.rounds() : FEWEST_ROUNDS,
                counted ? request.rounds() : MOST_ROUNDS,
                request.time(),
                LONGEST_WARM_UP,
                1);
    }

    private static Comparison comparison(
            BenchRequest request,
            List<Candidate> candidates,
            Timings timings,
            double[] busyCoresAfter) {
        List<Comparison.Candidate> times = new ArrayList<>();
        List<Comparison.Ratio> ratios = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            Identity candidate = candidates.get(i).identity();
            times.add(
                    new Comparison.Candidate(
                            candidate.label(),
                            candidate.version(),
                            candidate.device(),
                            timings.millis(i, 0),
                            timings.millis(i, 50),
                            timings.millis(i, 90),
                            timings.millis(i, 99),
                            Math.round(timings.bytesPerRun(i)),
                            busyCoresAfter[i]));
            for (int j = 0; j < candidates.size(); j++) {
                if (i != j) {
                    ratios.add(
                            new Comparison.Ratio(
                                    candidate.label(),
                                    candidates.get(j).identity().label(),
                                    timings.ratio(i, j, 50),
                                    timings.millis(i, 0) / timings.millis(j, 0),
                                    timings.ratio(i, j, 10),
                                    timings.ratio(i, j, 90)));
                }
            }
        }
        return new Comparison(
                request.model() == null ? "" : request.model().getFileName().toString(),
                request.threads(),
                timings.rounds(),
                times,
                ratios);
    }
}
