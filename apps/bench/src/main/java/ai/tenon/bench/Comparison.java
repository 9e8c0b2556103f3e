package ai.tenon.bench;

import java.util.List;

/**
 * How long candidates took, and how they compare.
 *
 * @param model file name
 * @param threads that one run could use
 * @param rounds in each of which every candidate ran once, in random order
 * @param ratios of every candidate over every other
 */
public record Comparison(
        String model, int threads, int rounds, List<Candidate> candidates, List<Ratio> ratios) {
    public Comparison {
        candidates = List.copyOf(candidates);
        ratios = List.copyOf(ratios);
    }

    /**
     * Times of one candidate in milliseconds.
     *
     * @param backend as it was asked for; of the path of a model of its own only the end, as much
     *     as tells it from the other candidates
     * @param version of the backend's bundle
     * @param device what it runs on, as the backend says
     * @param bytesPerRun that the measuring thread allocated on the heap, the mean of all rounds
     * @param busyCoresAfter cores that this process keeps busy, the mean over the 20 ms behind a
     *     run while nothing else runs: near 0 if the backend's threads sleep between runs; 0 if
     *     unknown
     */
    public record Candidate(
            String backend,
            String version,
            String device,
            double minMs,
            double p50Ms,
            double p90Ms,
            double p99Ms,
            long bytesPerRun,
            double busyCoresAfter) {
        private static final double BUSY = 0.5;

        /** True if its threads go on working behind a run, so that what runs next is slower. */
        public boolean disturbsOthers() {
            return busyCoresAfter > BUSY;
        }
    }

    /**
     * The ratio of two candidates' times within a round, over all rounds.
     *
     * @param minima the ratio of the shortest times of both
     * @param low tenth percentile
     * @param high ninetieth percentile
     */
    public record Ratio(
            String of, String over, double median, double minima, double low, double high) {}
}
