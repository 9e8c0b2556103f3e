package ai.tenon.bench.internal;

import ai.tenon.backend.BackendException;
import ai.tenon.backend.LayerProfile;
import ai.tenon.bench.Layers;
import ai.tenon.management.ManagementException;
import ai.tenon.management.ManagementException.Kind;
import ai.tenon.measurement.Stopwatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a candidate again and again, and keeps the shortest time of each layer. */
final class LayerRun {
    private final Stopwatch.Effort effort;
    private final long cacheBytes;

    /**
     * @param effort of which the rounds and their time count
     * @param cacheBytes of the last-level cache; 0 if unknown
     */
    LayerRun(Stopwatch.Effort effort, long cacheBytes) {
        this.effort = effort;
        this.cacheBytes = cacheBytes;
    }

    /**
     * Measures a candidate; an interruption ends it behind the run in progress.
     *
     * @throws ManagementException FAILED if the candidate fails; the message names it
     */
    Layers of(Candidate candidate) throws ManagementException, InterruptedException {
        String label = candidate.identity().label();
        try {
            Optional<LayerProfile> first = profile(candidate);
            if (first.isEmpty()) {
                return new Layers(label, 0, cacheBytes, Map.of(), List.of());
            }
            List<LayerProfile.Layer> best = first.get().layers();
            long end = System.nanoTime() + effort.time().toNanos();
            int runs = 1;
            while (runs < effort.most()
                    && (runs < effort.fewest() || System.nanoTime() - end < 0)) {
                best = shorter(best, profile(candidate).orElseThrow().layers());
                runs++;
            }
            return new Layers(label, runs, cacheBytes, first.get().peaks(), best);
        } catch (BackendException e) {
            throw new ManagementException(Kind.FAILED, label + " failed: " + e.getMessage(), e);
        }
    }

    private static Optional<LayerProfile> profile(Candidate candidate)
            throws BackendException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return candidate.profile();
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
