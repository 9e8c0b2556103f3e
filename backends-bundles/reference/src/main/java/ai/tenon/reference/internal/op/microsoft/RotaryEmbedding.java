package ai.tenon.reference.internal.op.microsoft;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import ai.tenon.reference.internal.op.AttentionFamily;
import ai.tenon.reference.internal.op.Operators;
import ai.tenon.reference.internal.op.Types;
import ai.tenon.reference.internal.op.Unsupported;
import java.util.Arrays;

/** The rotation of positions, as it was before ONNX had it. */
public final class RotaryEmbedding implements Operators.Family {
    @Override
    public void register(Operators ops) {
        Domain.op(ops, "RotaryEmbedding")
                .types(Types.FLOATS)
                .input(1, Types.INDEXES)
                .one(
                        call -> {
                            boolean interleaved = call.flag("interleaved", false);
                            int heads = (int) call.integer("num_heads", 0);
                            int width = (int) call.integer("rotary_embedding_dim", 0);
                            call.ignore("scale");
                            if (call.flag("is_packed_batching", false)) {
                                throw new Unsupported("packed batches are not known");
                            }
                            return in -> rotate(in, interleaved, heads, width);
                        });
    }

    private static Tensor rotate(Tensor[] in, boolean interleaved, int heads, int width) {
        Tensor x = in[0];
        long batches = x.dim(0);
        long tokens = x.dim(x.rank() - 2);
        Tensor positions = in[1];
        if (positions.size() == 1 && positions.rank() < 2) {
            long first = Numbers.longs(positions)[0];
            long[] all = new long[(int) (batches * tokens)];
            Arrays.setAll(all, i -> first + i % tokens);
            positions = Numbers.ofLongs(all, batches, tokens);
        }
        int count = heads;
        if (x.rank() == 3 && heads == 0) {
            count = (int) (x.dim(2) / (2 * in[2].dim(1)));
        }
        return AttentionFamily.rotate(
                new Tensor[] {x, in[2], in[3], positions}, interleaved, count, width);
    }
}
