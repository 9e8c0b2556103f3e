package ai.tenon.passes.pruning.internal;

import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.layer.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Channels that belong together: of all values that hold them. What one value loses, all have to
 * lose.
 */
final class Space {
    private final int channels;
    private final Map<Value, Place> values = new LinkedHashMap<>();
    private final List<Layer> producers = new ArrayList<>();
    private final List<Layer> consumers = new ArrayList<>();
    private final List<Node> inside = new ArrayList<>();
    private boolean fixed;

    Space(int channels) {
        this.channels = channels;
    }

    /**
     * Where a value holds the channels.
     *
     * @param axis the dimension
     * @param rank number of dimensions
     * @param repeat number of neighbouring elements that belong to one channel
     */
    record Place(int axis, int rank, int repeat) {}

    int channels() {
        return channels;
    }

    /** The values that hold the channels. */
    Map<Value, Place> values() {
        return values;
    }

    /** The layers that compute them. */
    List<Layer> producers() {
        return producers;
    }

    /** The layers that sum over them. */
    List<Layer> consumers() {
        return consumers;
    }

    /** Operators in between with constants per channel. */
    List<Node> inside() {
        return inside;
    }

    /** Says that somebody needs the channels as they are. */
    void fix() {
        fixed = true;
    }

    /** True if channels can be taken out. */
    boolean isFree() {
        return !fixed && !consumers.isEmpty();
    }

    /** Makes the other's channels the same as these. */
    void join(Space other) {
        values.putAll(other.values);
        producers.addAll(other.producers);
        consumers.addAll(other.consumers);
        inside.addAll(other.inside);
        fixed |= other.fixed;
    }
}
