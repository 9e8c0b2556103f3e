package ai.tenon.reference.internal.op;

import ai.tenon.graph.Tensor;
import ai.tenon.graph.numeric.Numbers;
import java.util.Arrays;

/** Operators that matter in training and are nearly nothing in inference. */
final class Training implements Operators.Family {
    @Override
    public void register(Operators ops) {
        ops.op("Dropout")
                .since(12)
                .types(Types.FLOATS)
                .input(2, Types.BOOL)
                .many(
                        call -> {
                            call.ignore("seed");
                            Tensor training = call.constant(2);
                            if (call.gives(2)
                                    && (training == null || training.buffer().get(0) != 0)) {
                                throw new Unsupported("training draws random numbers");
                            }
                            return in -> kept(in[0]);
                        });
        ops.op("Dropout")
                .since(7)
                .until(11)
                .types(Types.FLOATS)
                .many(
                        call -> {
                            call.ignore("ratio");
                            return in -> kept(in[0]);
                        });
    }

    private static Tensor[] kept(Tensor x) {
        boolean[] mask = new boolean[x.size()];
        Arrays.fill(mask, true);
        return new Tensor[] {x, Numbers.ofBooleans(mask, x.shape())};
    }
}
