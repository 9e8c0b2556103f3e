package ai.tenon.management;

/**
 * Where a node of a model runs, and why.
 *
 * @param node its operator and name, as messages name it
 * @param why what kept it from the backends that are preferred to the one that it runs on; empty if
 *     it runs on the most preferred one
 */
public record PlacedNode(String node, String why) {}
