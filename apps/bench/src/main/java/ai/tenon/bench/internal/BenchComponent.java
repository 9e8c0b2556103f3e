package ai.tenon.bench.internal;

import ai.tenon.bench.Bench;
import ai.tenon.bench.BenchRequest;
import ai.tenon.bench.Comparison;
import ai.tenon.bench.Overhead;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.model.ModelVersion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Measures with whatever is in the room. */
@Component
public final class BenchComponent implements Bench {
    private static final long LONGEST_WARM_UP = TimeUnit.SECONDS.toNanos(10);
    private static final int FEWEST_ROUNDS = 10;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Room room;

    @Activate
    public BenchComponent(@Reference Room room) {
        this.room = room;
    }

    @Override
    public synchronized Comparison compare(BenchRequest request, Consumer<String> progress)
            throws ManagementException, InterruptedException {
        if (new HashSet<>(request.candidates()).size() < request.candidates().size()) {
            throw new ManagementException(Kind.INVALID, "each candidate may be named only once");
        }
        ModelVersion model = ModelFiles.version(request.model());
        try (Candidates candidates =
                new Candidates(room, model, request.threads(), request.shapes())) {
            for (String name : request.candidates()) {
                progress.accept("compiling " + model.fileName() + " for " + name);
                candidates.open(name);
            }
            Rounds rounds = new Rounds(candidates.all(), 1);
            progress.accept("warming up");
            rounds.warmUp(LONGEST_WARM_UP);
            progress.accept("measuring");
            long end = System.nanoTime() + request.time().toNanos();
            rounds.measure(
                    () ->
                            request.rounds() > 0
                                    ? rounds.count() < request.rounds()
                                    : rounds.count() < FEWEST_ROUNDS
                                            || System.nanoTime() - end < 0);
            return comparison(request, candidates.all(), rounds);
        }
    }

    @Override
    public synchronized Overhead overhead(String backend, Consumer<String> progress)
            throws ManagementException, InterruptedException {
        return new OverheadRun(room, progress).run(backend);
    }

    private static Comparison comparison(
            BenchRequest request, List<Candidate> candidates, Rounds rounds) {
        List<Comparison.Candidate> times = new ArrayList<>();
        List<Comparison.Ratio> ratios = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            double[] nanos = rounds.nanos(i);
            Statistics statistics = new Statistics(nanos);
            times.add(
                    new Comparison.Candidate(
                            candidate.name(),
                            candidate.version(),
                            statistics.min() / NANOS_PER_MILLI,
                            statistics.median() / NANOS_PER_MILLI,
                            statistics.quantile(0.9) / NANOS_PER_MILLI,
                            statistics.quantile(0.99) / NANOS_PER_MILLI,
                            Math.round(rounds.bytes(i))));
            for (int j = 0; j < candidates.size(); j++) {
                if (i != j) {
                    Statistics ratio =
                            Statistics.ofPairs(nanos, rounds.nanos(j), (of, over) -> of / over);
                    ratios.add(
                            new Comparison.Ratio(
                                    candidate.name(),
                                    candidates.get(j).name(),
                                    ratio.median(),
                                    ratio.quantile(0.1),
                                    ratio.quantile(0.9)));
                }
            }
        }
        return new Comparison(
                request.model().getFileName().toString(),
                request.threads(),
                rounds.count(),
                times,
                ratios);
    }
}
