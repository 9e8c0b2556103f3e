package ai.tenon.conformance;

import java.util.List;

/**
 * What became of many tests; named and shaped to be written as JSON.
 *
 * @param backend the backend's name
 * @param failures the failed tests
 * @param unsupportedTests the tests that the backend refused beforehand, with its reasons
 */
public record ConformanceReport(
        String backend,
        int total,
        int passed,
        int failed,
        int unsupported,
        List<Entry> failures,
        List<Entry> unsupportedTests) {
    /** A test and why it did not pass. */
    public record Entry(String test, String reason) {}

    /** The totals of these results. */
    public static ConformanceReport of(String backend, List<TestResult> results) {
        List<Entry> failures = entries(results, Outcome.FAILED);
        List<Entry> unsupported = entries(results, Outcome.UNSUPPORTED);
        return new ConformanceReport(
                backend,
                results.size(),
                results.size() - failures.size() - unsupported.size(),
                failures.size(),
                unsupported.size(),
                failures,
                unsupported);
    }

    private static List<Entry> entries(List<TestResult> results, Outcome outcome) {
        return results.stream()
                .filter(result -> result.outcome() == outcome)
                .map(result -> new Entry(result.test(), result.reason()))
                .toList();
    }
}
