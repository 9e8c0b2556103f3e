package ai.tenon.graph.shape;

import ai.tenon.graph.DataType;
import ai.tenon.graph.Dimension;

/** Between real numbers and the few bits that stand for them. */
final class QuantizationRules implements Rules.Family {
    @Override
    public void register(Rules rules) {
        rules.add(
                facts -> {
                    DataType type = facts.type("output_dtype", DataType.UINT8);
                    facts.output(0, facts.given(2) ? facts.element(2) : type, facts.shape(0));
                },
                "QuantizeLinear",
                "com.microsoft.QuantizeLinear");
        rules.add(
                facts ->
                        facts.output(
                                0, facts.type("output_dtype", facts.element(1)), facts.shape(0)),
                "DequantizeLinear",
                "com.microsoft.DequantizeLinear");
        rules.add(
                facts -> {
                    facts.output(0, DataType.UINT8, facts.shape(0));
                    facts.output(1, DataType.FLOAT, new Dimension[0]);
                    facts.output(2, DataType.UINT8, new Dimension[0]);
                },
                "DynamicQuantizeLinear");
    }
}
