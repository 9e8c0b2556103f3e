package ai.tenon.cpu.internal.plan;

import ai.tenon.graph.DataType;
import java.util.List;

/**
 * A model for certain shapes of its inputs, as native code runs it.
 *
 * @param code the operators' words, ended by a 0
 * @param arenaBytes working memory of a run
 * @param outputs types and shapes of the model's outputs
 * @param steps what each operator does, in order
 */
public record Plan(long[] code, long arenaBytes, List<Output> outputs, List<Step> steps) {
    /** An output of the model. */
    public record Output(DataType type, long[] shape) {}

    /**
     * What an operator does.
     *
     * @param name of the node, or group of nodes
     * @param kernel as in {@code conv 3x3}
     * @param opcode that runs it
     * @param operations a multiply-add being two
     * @param bytes read and written
     */
    public record Step(String name, String kernel, int opcode, long operations, long bytes) {}

    public Plan {
        outputs = List.copyOf(outputs);
        steps = List.copyOf(steps);
    }

    /** Settles where everything lies, and encodes. */
    public static Plan of(List<Instruction> instructions, List<Output> outputs) {
        long arenaBytes = Arena.settle(instructions);
        int words = 1;
        for (Instruction instruction : instructions) {
            words += instruction.words();
        }
        long[] code = new long[words];
        int at = 0;
        for (Instruction instruction : instructions) {
            at = instruction.encode(code, at);
        }
        List<Step> steps =
                instructions.stream()
                        .map(
                                each ->
                                        new Step(
                                                each.name(),
                                                each.kernel(),
                                                each.opcode().number(),
                                                each.operations(),
                                                each.bytes()))
                        .toList();
        return new Plan(code, arenaBytes, outputs, steps);
    }
}
