package ai.tenon.conformance;

/**
 * What became of one test.
 *
 * @param test its name, as in {@code test_add}
 * @param reason why it failed or is unsupported; empty if it passed
 */
public record TestResult(String test, Outcome outcome, String reason) {}
