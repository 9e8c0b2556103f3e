package ai.tenon.reference.internal.op;

import ai.tenon.reference.internal.op.Operators.Family;
import ai.tenon.reference.internal.op.microsoft.FusedProducts;
import ai.tenon.reference.internal.op.microsoft.GeluFamily;
import ai.tenon.reference.internal.op.microsoft.GroupQueryAttention;
import ai.tenon.reference.internal.op.microsoft.LowBitProducts;
import ai.tenon.reference.internal.op.microsoft.LowBitTables;
import ai.tenon.reference.internal.op.microsoft.MergedAttention;
import ai.tenon.reference.internal.op.microsoft.MultiHeadAttention;
import ai.tenon.reference.internal.op.microsoft.QuantizedElements;
import ai.tenon.reference.internal.op.microsoft.QuantizedProducts;
import ai.tenon.reference.internal.op.microsoft.RotaryEmbedding;
import ai.tenon.reference.internal.op.microsoft.SkipNormalization;
import java.util.List;

/** The list of operator families. */
public final class Families {
    public static final List<Family> ALL =
            List.of(
                    new Activations(),
                    new Arithmetic(),
                    new AttentionFamily(),
                    new CastFamily(),
                    new Comparison(),
                    new ControlFlow(),
                    new ConvolutionFamily(),
                    new Creation(),
                    new Detection(),
                    new Determinant(),
                    new EinsumFamily(),
                    new GatherFamily(),
                    new GridFamily(),
                    new IntegerProducts(),
                    new Labels(),
                    new Logic(),
                    new Losses(),
                    new MatrixFamily(),
                    new Normalization(),
                    new Optimizers(),
                    new Pooling(),
                    new Quantization(),
                    new RecurrentFamily(),
                    new Reduction(),
                    new Rearranging(),
                    new ResizeFamily(),
                    new ScatterFamily(),
                    new Shaping(),
                    new Sequences(),
                    new Signals(),
                    new Slicing(),
                    new SoftmaxFamily(),
                    new Sorting(),
                    new StatefulFamily(),
                    new Strings(),
                    new Training(),
                    new UnaryMath(),
                    new FusedProducts(),
                    new GeluFamily(),
                    new GroupQueryAttention(),
                    new LowBitProducts(),
                    new LowBitTables(),
                    new MergedAttention(),
                    new MultiHeadAttention(),
                    new QuantizedElements(),
                    new QuantizedProducts(),
                    new RotaryEmbedding(),
                    new SkipNormalization());

    private Families() {}
}
