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
     * @param backend as it was asked for
     * @param version of the backend's bundle
     * @param device what it runs on, as the backend says
     * @param bytesPerRun that the measuring thread allocated on the heap, the mean of all rounds
     */
    public record Candidate(
            String backend,
            String version,
            String device,
            double minMs,
            double p50Ms,
            double p90Ms,
            double p99Ms,
            long bytesPerRun) {}

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
