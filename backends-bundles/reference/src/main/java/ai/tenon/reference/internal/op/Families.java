package ai.tenon.reference.internal.op;

import ai.tenon.reference.internal.op.Operators.Family;
import java.util.List;

/** The list of operator families. */
public final class Families {
    public static final List<Family> ALL =
            List.of(
                    new Arithmetic(),
                    new CastFamily(),
                    new Comparison(),
                    new Creation(),
                    new GatherFamily(),
                    new Logic(),
                    new MatrixFamily(),
                    new Reduction(),
                    new Rearranging(),
                    new Shaping(),
                    new Slicing(),
                    new SoftmaxFamily(),
                    new UnaryMath());

    private Families() {}
}
