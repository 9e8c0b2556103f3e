package ai.tenon.management;

import java.util.List;

/**
 * A part of a model that one backend runs.
 *
 * @param backend {@code name@version}
 * @param nodes in the order in which they can run
 */
public record PlacedPart(String backend, List<PlacedNode> nodes) {
    public PlacedPart {
        nodes = List.copyOf(nodes);
    }
}
