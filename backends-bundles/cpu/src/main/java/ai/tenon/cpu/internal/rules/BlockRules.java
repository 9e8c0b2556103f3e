package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.BlockWeights;
import ai.tenon.cpu.internal.lower.Columns;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.Rule;
import ai.tenon.cpu.internal.lower.StoredBlocks;
import ai.tenon.cpu.internal.lower.Tail;
import ai.tenon.cpu.internal.lower.Unsupported;
import ai.tenon.cpu.internal.plan.Epilogue;
import ai.tenon.cpu.internal.plan.Instruction;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Tensor;
import java.util.Map;

/** Products with weights of few bits. */
final class BlockRules {
    /** MatMulNBits: activations may be rounded to eight bits. */
    private static final int EIGHT_BITS = 4;

    private BlockRules() {}

    static void register(Map<String, Rule> rules) {
        rules.put("com.microsoft.MatMulNBits", BlockRules::nBits);
        for (String name :
                new String[] {"Int6", "Int6Asymmetric", "Int2", "Int2Asymmetric", "Binary"}) {
            rules.put("ai.tenon.Dequantize" + name, BlockRules::function);
        }
    }

    private static void function(Node node, Lowering lowering) {
        throw new Unsupported(node.qualifiedType() + " of codes that are computed");
    }

    private static void nBits(Node node, Lowering lowering) {
        BlockWeights weights = StoredBlocks.multiplied(node, lowering);
        if (weights == null || node.input(4) != null) {
            throw new Unsupported(
                    "MatMulNBits with computed codes, scales other than FLOAT, or g_idx");
        }
        float[] bias = null;
        if (node.input(5) != null) {
            Tensor constant = lowering.constant(node.input(5));
            bias = Columns.of(constant, new long[] {weights.n()}, false);
            if (bias == null) {
                throw new Unsupported("MatMulNBits with a computed bias");
            }
        }
        product(
                node,
                weights,
                bias,
                node.intAttribute("accuracy_level", 0) == EIGHT_BITS,
                lowering);
    }

    /** A FLOAT activation times weights in blocks, and what follows. */
    static void product(
            Node node,
            BlockWeights weights,
            float[] bias,
            boolean eightBitActivations,
            Lowering lowering) {
        Operand a = lowering.plain(node.input(0));
        if (a.type() != DataType.FLOAT) {
            throw new Unsupported(node.opType() + " of " + a.type());
        }
        long[] shape = a.shape().clone();
        shape[shape.length - 1] = weights.n();
        long m = a.size() / weights.k();
        Tail tail = Tail.follow(node.output(0), bias, false, lowering);
        Epilogue epilogue = tail.take();
        Place c = lowering.room(tail.type(), shape);
        Instruction gemm =
                lowering.instruction(Opcode.GEMM_WB)
                        .read(a.place())
                        .read(weights.pack(eightBitActivations, lowering))
                        .write(c)
                        .numbers(m, weights.n(), weights.k(), weights.k(), weights.n())
                        .numbers(weights.bits(), weights.block())
                        .flag(eightBitActivations)
                        .doing(
                                "gemm "
                                        + m
                                        + "x"
                                        + weights.n()
                                        + "x"
                                        + weights.k()
                                        + " int"
                                        + weights.bits(),
                                2 * m * weights.n() * weights.k());
        lowering.emit(epilogue.into(gemm));
        tail.set(Operand.dense(c, tail.type(), shape));
    }
}
