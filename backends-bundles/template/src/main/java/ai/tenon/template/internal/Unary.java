package ai.tenon.template.internal;

/** The operators of this backend, as ONNX defines them for FLOAT. */
enum Unary {
    ABS {
        @Override
        float apply(float x) {
            return Math.abs(x);
        }
    },
    NEG {
        @Override
        float apply(float x) {
            return -x;
        }
    },
    RELU {
        @Override
        float apply(float x) {
            return Math.max(x, 0);
        }
    };

    abstract float apply(float x);

    /** The operator that ONNX calls {@code opType}; null if this backend has none. */
    static Unary of(String opType) {
        return switch (opType) {
            case "Abs" -> ABS;
            case "Neg" -> NEG;
            case "Relu" -> RELU;
            default -> null;
        };
    }
}
