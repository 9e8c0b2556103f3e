package ai.tenon.cli.internal.demo;

import ai.tenon.cli.internal.demo.DemoReport.Requests;
import java.util.List;

/**
 * What many swaps did to a gateway.
 *
 * @param ok true if no request failed, no answer changed and nothing was left behind
 * @param steady p50 and p99 of requests while nothing was swapped
 * @param swapping the same while swaps went on
 * @param p99Ratio of {@code swapping} over {@code steady}
 * @param readings what the process had taken, at the start, behind the fifth swap, in the middle
 *     and at the end
 * @param residentGrowth of the second half, a part of what it was in the middle
 * @param problem what did not hold; empty if all did
 */
public record SoakReport(
        boolean ok,
        int swaps,
        Requests requests,
        Times steady,
        Times swapping,
        double p99Ratio,
        List<Reading> readings,
        double residentGrowth,
        String problem) {
    private static final double MAX_GROWTH = 0.1;

    public SoakReport {
        readings = List.copyOf(readings);
    }

    /** Times of requests, in milliseconds. */
    public record Times(int requests, double p50Ms, double p99Ms) {
        static Times of(Latencies latencies) {
            return new Times(
                    latencies.size(),
                    latencies.quantileMillis(0.5),
                    latencies.quantileMillis(0.99));
        }
    }

    /**
     * What the process had taken behind that many swaps.
     *
     * @param residentMb resident memory in MiB, behind a garbage collection
     * @param classLoaders live ones of bundles; -1 where there is no jcmd
     * @param libraries mapped shared libraries, each copy counted
     * @param temporaryFiles files and folders that live only while the process runs
     */
    public record Reading(
            int swaps, double residentMb, long classLoaders, long libraries, long temporaryFiles) {
        private boolean sameKind(Reading other) {
            return classLoaders == other.classLoaders
                    && libraries == other.libraries
                    && temporaryFiles == other.temporaryFiles;
        }
    }

    /**
     * Judges: growth is measured from the middle, leftovers against what was there behind the fifth
     * swap.
     */
    static SoakReport of(
            int swaps,
            Requests requests,
            Times steady,
            Times swapping,
            List<Reading> readings,
            String problem) {
        Reading settled = readings.get(1);
        Reading middle = readings.get(2);
        Reading end = readings.get(3);
        double growth = end.residentMb() / middle.residentMb() - 1;
        String found = problem;
        if (found.isEmpty() && requests.failed() + requests.changed() > 0) {
            found =
                    requests.failed()
                            + " requests failed, "
                            + requests.changed()
                            + " answers changed";
        } else if (found.isEmpty() && !end.sameKind(settled)) {
            found = "something was left behind: " + settled + " became " + end;
        } else if (found.isEmpty() && growth > MAX_GROWTH) {
            found =
                    "resident memory still grows: "
                            + middle.residentMb()
                            + " MB became "
                            + end.residentMb()
                            + " MB";
        }
        return new SoakReport(
                found.isEmpty(),
                swaps,
                requests,
                steady,
                swapping,
                swapping.p99Ms() / steady.p99Ms(),
                readings,
                growth,
                found);
    }
}
