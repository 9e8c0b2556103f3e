package ai.tenon.backend;

import java.util.List;
import java.util.Map;

/**
 * Where the time of one run went.
 *
 * @param layers in the order in which they ran
 * @param peaks what this machine can do at most, measured, by the names that layers refer to:
 *     operations per second, for {@value #MEMORY} bytes per second
 */
public record LayerProfile(List<Layer> layers, Map<String, Double> peaks) {
    /** Name of the peak of layers that move bytes. */
    public static final String MEMORY = "memory";

    /**
     * What one operator, or a group that runs as one, took.
     *
     * @param name of the node, or of one of the group
     * @param kernel what ran, as in {@code conv 3x3 int8}
     * @param nanos its time
     * @param operations a multiply-add being two; 0 if moving bytes is all
     * @param bytes read and written
     * @param peak which of the peaks it is held to
     */
    public record Layer(
            String name, String kernel, long nanos, long operations, long bytes, String peak) {}

    public LayerProfile {
        layers = List.copyOf(layers);
        peaks = Map.copyOf(peaks);
    }
}
