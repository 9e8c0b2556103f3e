package ai.tenon.cli.internal.optimize;

import ai.tenon.optimizer.OptimizeResult;
import ai.tenon.optimizer.OptimizeResult.Latency;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * All that is told of an optimisation.
 *
 * @param input path as it was given
 * @param inputBytes of all files of the model
 * @param output path as it was given
 * @param outputBytes of all files written
 * @param asked the scheme or goal in words
 * @param device on which it was measured; may be empty
 * @param command that does the same again
 */
public record Outcome(
        String input,
        long inputBytes,
        String output,
        long outputBytes,
        String asked,
        String device,
        String command,
        OptimizeResult result) {

    /** Parts of the file, where a quantizer looked at layers. */
    public List<SizePart> parts() {
        return SizePart.of(result.layers(), inputBytes, outputBytes);
    }

    /**
     * The quantization scheme of the result, without its version; {@code none} if there is none.
     */
    public String scheme() {
        String scheme = result.recipe().scheme();
        return scheme.isEmpty() ? "none" : scheme.replaceFirst("@.*", "");
    }

    /**
     * Latency before and after; null if it was not measured. A model that stays as it was is as
     * fast as it was: what measuring it twice would tell apart is noise.
     */
    public Latency latency() {
        Latency measured = result.latency();
        return measured == null || Double.isNaN(measured.beforeMs())
                ? null
                : untouched()
                        ? new Latency(
                                measured.backend(),
                                measured.threads(),
                                measured.beforeMs(),
                                measured.beforeMs(),
                                1,
                                1,
                                1)
                        : measured;
    }

    /** True if the model stays as it was given. */
    public boolean untouched() {
        return result.model() == null;
    }

    /** The one document of {@code --json}. */
    @JsonValue
    public ObjectNode json() {
        return OutcomeJson.of(this);
    }
}
