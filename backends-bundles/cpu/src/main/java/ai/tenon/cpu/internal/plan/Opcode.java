package ai.tenon.cpu.internal.plan;

/** The native operators; numbers as in {@code ops.h}. */
public enum Opcode {
    OP_END(0),
    GEMM_F32(1),
    GEMM_BF16(2),
    GEMM_Q8(3),
    GEMM_WB(4),
    GEMM_SPARSE(5),
    MATMUL_F32(6),
    CONV_F32(7),
    CONV_Q8(8),
    DWCONV_F32(9),
    DWCONV_Q8(10),
    CONVT_F32(11),
    CONVT_Q8(12),
    QUANT_ROWS(13),
    QUANTIZE(14),
    DEQUANTIZE(15),
    LUT(16),
    QBINARY(17),
    LAYERNORM(18),
    SOFTMAX(19),
    ATTENTION(20),
    UNARY(21),
    BINARY(22),
    SELECT(23),
    CHAIN(24),
    REDUCE(25),
    ARG(26),
    TOPK(27),
    CUMSUM(28),
    POOL(29),
    RESIZE(30),
    COPY(31),
    FILL(32),
    CAST(33),
    GATHER(34),
    GATHER_ELEMENTS(35),
    GATHER_ND(36),
    SCATTER_ND(37),
    LSTM(38),
    GRU(39),
    ROTARY(40),
    CONV_BF16(41);

    private final int number;

    Opcode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
