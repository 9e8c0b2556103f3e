package ai.tenon.graph.shape;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;
import ai.tenon.graph.Shape;
import ai.tenon.graph.ValueType;

/** Sequences, optionals and text. */
final class SequenceRules implements Rules.Family {
    @Override
    public void register(Rules rules) {
        rules.add(facts -> facts.output(0, of(facts.element(0))), "SequenceConstruct");
        rules.add(
                facts -> facts.output(0, of(facts.type("dtype", DataType.FLOAT))), "SequenceEmpty");
        rules.add(facts -> facts.output(0, DataType.INT64, new Dimension[0]), "SequenceLength");
        rules.add(
                facts -> facts.output(0, element(facts), (Shape) null),
                "SequenceAt",
                "ConcatFromSequence");
        rules.add(facts -> facts.output(0, of(element(facts))), "SequenceErase");
        rules.add(facts -> facts.output(0, of(facts.element(1))), "SequenceInsert");
        rules.add(facts -> facts.output(0, of(facts.element(0))), "SplitToSequence");
        rules.add(facts -> facts.output(0, DataType.BOOL, new Dimension[0]), "OptionalHasElement");
        rules.add(
                facts -> {
                    Shape shape = facts.shape(0);
                    facts.output(
                            0,
                            DataType.STRING,
                            shape == null ? null : Dims.ofRank(shape.rank() + 1));
                    facts.output(1, DataType.INT64, shape);
                },
                "StringSplit");
        rules.add(
                facts ->
                        facts.output(
                                0,
                                DataType.STRING,
                                facts.shape(0) == null ? null : Dims.ofRank(facts.shape(0).rank())),
                "StringNormalizer");
    }

    /** A sequence of tensors whose shapes may differ. */
    private static ValueType of(DataType type) {
        return new ValueType.OfSequence(new ValueType.OfTensor(type, null));
    }

    /** The element type of the tensors of the first input; null when unknown. */
    private static DataType element(Facts facts) {
        return facts.type(0) instanceof ValueType.OfSequence sequence
                        && sequence.elementType() instanceof ValueType.OfTensor tensor
                ? tensor.elementType()
                : null;
    }
}
