package ai.tenon.bench.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.LayerProfile;
import ai.tenon.bench.BenchRequest;
import ai.tenon.bench.Layers;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a candidate again and again, and keeps the shortest time of each layer. */
final class LayerRun {
    private static final int FEWEST = 5;
    private static final int MOST = 10_000;

    private LayerRun() {}

    static Layers of(Candidate candidate, BenchRequest request)
            throws ManagementException, InterruptedException {
        try {
            Optional<LayerProfile> first = candidate.profile();
            if (first.isEmpty()) {
                return new Layers(candidate.name(), 0, Map.of(), List.of());
            }
            List<LayerProfile.Layer> best = first.get().layers();
            int wanted = request.rounds() > 0 ? request.rounds() : MOST;
            long end = System.nanoTime() + request.time().toNanos();
            int runs = 1;
            while (runs < wanted && (runs < FEWEST || System.nanoTime() - end < 0)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                best = shorter(best, candidate.profile().orElseThrow().layers());
                runs++;
            }
            return new Layers(candidate.name(), runs, first.get().peaks(), best);
        } catch (BackendException e) {
            throw new ManagementException(
                    Kind.FAILED, candidate.name() + " failed: " + e.getMessage(), e);
        }
    }

    private static List<LayerProfile.Layer> shorter(
            List<LayerProfile.Layer> before, List<LayerProfile.Layer> now) {
        List<LayerProfile.Layer> best = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            best.add(before.get(i).nanos() <= now.get(i).nanos() ? before.get(i) : now.get(i));
        }
        return best;
    }
}
