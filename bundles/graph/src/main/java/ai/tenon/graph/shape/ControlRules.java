package ai.tenon.graph.shape;

import ai.tenon.graph.ValueType;
import java.util.ArrayList;
import java.util.List;

/** Operators that run subgraphs. */
final class ControlRules implements Rules.Family {
    @Override
    public void register(Rules rules) {
        rules.add(ControlRules::branch, "If");
        rules.add(ControlRules::loop, "Loop");
        rules.add(ControlRules::scan, "Scan");
    }

    private static void branch(Facts facts) {
        List<ValueType> yes = facts.subgraph("then_branch", List.of());
        List<ValueType> no = facts.subgraph("else_branch", List.of());
        for (int i = 0; i < yes.size() && i < no.size(); i++) {
            facts.output(i, Merge.common(yes.get(i), no.get(i)));
        }
    }

    /** States keep their element types, but their shapes may change from turn to turn. */
    private static void loop(Facts facts) {
        int states = facts.inputCount() - 2;
        List<ValueType> inputs = new ArrayList<>();
        // The turn and the condition are declared as scalars or of rank 1: both are seen.
        inputs.add(null);
        inputs.add(null);
        for (int i = 0; i < states; i++) {
            inputs.add(withoutShape(facts.type(i + 2)));
        }
        List<ValueType> outputs = facts.subgraph("body", inputs);
        for (int i = 1; i < outputs.size(); i++) {
            boolean state = i <= states;
            facts.output(i - 1, state ? withoutShape(outputs.get(i)) : stacked(outputs.get(i)));
        }
    }

    private static ValueType withoutShape(ValueType type) {
        return type instanceof ValueType.OfTensor tensor
                ? new ValueType.OfTensor(tensor.elementType(), null)
                : null;
    }

    private static ValueType stacked(ValueType type) {
        if (!(type instanceof ValueType.OfTensor tensor) || tensor.shape() == null) {
            return withoutShape(type);
        }
        return new ValueType.OfTensor(tensor.elementType(), Dims.ofRank(tensor.shape().rank() + 1));
    }

    private static void scan(Facts facts) {
        if (facts.opset() < 9) {
            return;
        }
        int sequences = (int) facts.integer("num_scan_inputs", 0);
        int states = facts.inputCount() - sequences;
        List<ValueType> inputs = new ArrayList<>();
        for (int i = 0; i < facts.inputCount(); i++) {
            inputs.add(withoutShape(facts.type(i)));
        }
        List<ValueType> outputs = facts.subgraph("body", inputs);
        for (int i = 0; i < outputs.size(); i++) {
            facts.output(i, i < states ? withoutShape(outputs.get(i)) : stacked(outputs.get(i)));
        }
    }
}
