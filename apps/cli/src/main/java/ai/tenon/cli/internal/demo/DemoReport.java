package ai.tenon.cli.internal.demo;

import java.util.List;

/**
 * What came of the demo.
 *
 * @param ok true if every step held, no request failed and no answer changed
 * @param address of the gateway
 * @param problem the sentence of the step that did not hold; empty if all did
 * @param question that was asked of the search application
 * @param passage that it found
 */
public record DemoReport(
        boolean ok,
        List<StepResult> steps,
        Requests requests,
        String address,
        String problem,
        String question,
        String passage) {
    public DemoReport {
        steps = List.copyOf(steps);
    }

    /**
     * One row.
     *
     * @param served requests answered while the step lasted
     * @param failed requests that were not answered, or wrongly
     * @param backend what answered last; {@code unavailable} if nothing was to answer
     */
    public record StepResult(
            String step, boolean ok, long millis, long served, long failed, String backend) {}

    /**
     * All requests of the second thread.
     *
     * @param changed answers further from the golden ones than allowed; they count as served
     * @param unavailable answered so while the model was unloaded, which is no failure
     */
    public record Requests(long served, long failed, long changed, long unavailable) {}
}
