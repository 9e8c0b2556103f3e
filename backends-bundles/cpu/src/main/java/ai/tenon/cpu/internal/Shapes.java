package ai.tenon.cpu.internal;

import ai.tenon.backend.CompileOptions;
import ai.tenon.backend.SeededInputs;
import ai.tenon.backend.Signature;
import ai.tenon.backend.TensorSpec;
import ai.tenon.graph.Tensor;

/** The shapes of inputs, as far as they are known before the first run. */
final class Shapes {
    private static final String SETTING = "shape.";

    private Shapes() {}

    /** Shapes by position: declared, or given by the options; null if one is not known. */
    static long[][] declared(Signature signature, CompileOptions options) {
        long[][] shapes = new long[signature.inputs().size()][];
        for (int i = 0; i < shapes.length; i++) {
            TensorSpec input = signature.inputs().get(i);
            long[] given = options.inputShapes().get(input.name());
            if (given != null) {
                shapes[i] = given;
            } else if (input.shape() != null && input.shape().isStatic()) {
                shapes[i] = input.shape().lengths();
            } else if (options.settings().containsKey(SETTING + input.name())) {
                return seeded(signature, options);
            } else {
                return null;
            }
        }
        return shapes;
    }

    private static long[][] seeded(Signature signature, CompileOptions options) {
        Tensor[] inputs = SeededInputs.of(signature, options.settings());
        long[][] shapes = new long[inputs.length][];
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = inputs[i].shape();
        }
        return shapes;
    }
}
