package ai.tenon.graph.shape;

import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;

/** Recurrent networks. */
final class RecurrentRules implements Rules.Family {
    @Override
    public void register(Rules rules) {
        rules.add(RecurrentRules::recurrent, "RNN", "GRU", "LSTM");
    }

    private static void recurrent(Facts facts) {
        Shape x = facts.shape(0);
        boolean batchFirst = facts.integer("layout", 0) != 0;
        Dimension steps = x == null ? Dimension.UNKNOWN : x.get(batchFirst ? 1 : 0);
        Dimension batch = x == null ? Dimension.UNKNOWN : x.get(batchFirst ? 0 : 1);
        Dimension directions =
                Dimension.of(facts.text("direction", "forward").equals("bidirectional") ? 2 : 1);
        Dimension hidden =
                facts.has("hidden_size")
                        ? Dimension.of(facts.integer("hidden_size", 0))
                        : Dimension.UNKNOWN;
        if (batchFirst) {
            facts.output(0, facts.element(0), batch, steps, directions, hidden);
            facts.output(1, facts.element(0), batch, directions, hidden);
            facts.output(2, facts.element(0), batch, directions, hidden);
        } else {
            facts.output(0, facts.element(0), steps, directions, batch, hidden);
            facts.output(1, facts.element(0), directions, batch, hidden);
            facts.output(2, facts.element(0), directions, batch, hidden);
        }
    }
}
