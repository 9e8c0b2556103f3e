package ai.tenon.cpu.internal.plan;

/** The forms that weights are packed into; numbers as in {@code ops.h}. */
public enum Packing {
    GEMM_F32(0),
    GEMM_BF16(1),
    GEMM_Q8(2),
    GEMM_WB(3),
    GEMM_SPARSE(4),
    CONV_F32(5),
    CONV_Q8(6),
    DWCONV_F32(7),
    DWCONV_Q8(8),
    CONVT_F32(9),
    CONVT_Q8(10),
    RNN(11),
    CONV_BF16(12);

    private final int number;

    Packing(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
