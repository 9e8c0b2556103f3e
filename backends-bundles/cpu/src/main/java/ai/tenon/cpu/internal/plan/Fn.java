package ai.tenon.cpu.internal.plan;

/** Functions of one number; numbers and parameters as in {@code ops.h}. */
public enum Fn {
    ID(0),
    RELU(1),
    CLIP(2),
    HARD_SWISH(3),
    HARD_SIGMOID(4),
    SILU(5),
    SIGMOID(6),
    GELU(7),
    GELU_TANH(8),
    TANH(9),
    LEAKY_RELU(10),
    QUICK_GELU(11),
    ELU(12),
    SELU(13),
    SOFTPLUS(14),
    SOFTSIGN(15),
    MISH(16),
    EXP(17),
    LOG(18),
    SQRT(19),
    RECIPROCAL(20),
    ABS(21),
    NEG(22),
    ERF(23),
    FLOOR(24),
    CEIL(25),
    ROUND(26),
    SIGN(27),
    SIN(28),
    COS(29),
    AFFINE(30),
    SQUARE(31),
    THRESHOLDED_RELU(32);

    private final int number;

    Fn(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
