/*
 * The parameters of all operators. Every field is 8 bytes wide: int64_t, double, or a reference.
 * Opcodes, packings and field orders are mirrored in the Java package ai.tenon.cpu.internal.plan.
 *
 * Tensors are row-major. Pictures are channels-last (NHWC): all channels of a pixel lie together,
 * and `ld` ("leading dimension") is the distance between two pixels (or two rows of a matrix) in
 * elements, so that a tensor may be a slice of the channels of a wider one. Signed 8-bit
 * activations do not occur: whoever makes a plan stores them as unsigned, with zero points raised
 * by 128.
 */
#ifndef TENON_OPS_H
#define TENON_OPS_H

#include "tenon_cpu.h"

/** Functions of one number. a and b are parameters as in ONNX. */
enum tn_fn {
    TN_ID = 0,
    TN_RELU = 1,
    /** min(max(x, a), b) */
    TN_CLIP = 2,
    /** x * max(0, min(1, x / 6 + 1 / 2)) */
    TN_HARD_SWISH = 3,
    /** max(0, min(1, a x + b)) */
    TN_HARD_SIGMOID = 4,
    /** x * sigmoid(x) */
    TN_SILU = 5,
    TN_SIGMOID = 6,
    /** x / 2 * (1 + erf(x / sqrt 2)) */
    TN_GELU = 7,
    /** the approximation of GELU by tanh */
    TN_GELU_TANH = 8,
    TN_TANH = 9,
    /** a x for x < 0 */
    TN_LEAKY_RELU = 10,
    /** x * sigmoid(a x) */
    TN_QUICK_GELU = 11,
    TN_ELU = 12,
    /** b * (x or a * (exp(x) - 1)) */
    TN_SELU = 13,
    TN_SOFTPLUS = 14,
    TN_SOFTSIGN = 15,
    TN_MISH = 16,
    TN_EXP = 17,
    TN_LOG = 18,
    TN_SQRT = 19,
    TN_RECIPROCAL = 20,
    TN_ABS = 21,
    TN_NEG = 22,
    TN_ERF = 23,
    TN_FLOOR = 24,
    TN_CEIL = 25,
    /** half to even */
    TN_ROUND = 26,
    TN_SIGN = 27,
    TN_SIN = 28,
    TN_COS = 29,
    /** a x + b */
    TN_AFFINE = 30,
    TN_SQUARE = 31,
    /** x > a ? x : 0 */
    TN_THRESHOLDED_RELU = 32,
    TN_FNS
};

/** Functions of two numbers. */
enum tn_fn2 {
    TN_ADD = 0,
    TN_SUB = 1,
    TN_MUL = 2,
    TN_DIV = 3,
    TN_MAX = 4,
    TN_MIN = 5,
    TN_POW = 6,
    /** x >= 0 ? x : slope * x, the second operand being the slope */
    TN_PRELU = 7,
    TN_MOD = 8,
    TN_FMOD = 9,
    /** results of the following are TN_BOOL */
    TN_EQUAL = 16,
    TN_LESS = 17,
    TN_LESS_EQUAL = 18,
    TN_GREATER = 19,
    TN_GREATER_EQUAL = 20,
    TN_AND = 21,
    TN_OR = 22,
    TN_XOR = 23
};

/**
 * What becomes of an accumulator before it is stored; column = output channel n:
 *
 *   v = acc * scale[n] + bias[n]                  (scale: integer operators only)
 *   v = v + residual                              if residual_first
 *   v = fn(v)
 *   v = v * post_mul + post_add
 *   v = v + residual                              if not residual_first
 *   stored: v as TN_F32; or as TN_U8 q = clamp(round(v * out_inv_scale) + out_zp, 0, 255), half to
 *   even, then lut[q] where there is a lut (256 bytes)
 *
 * A residual is TN_F32, or TN_U8 and means residual_scale * (r - residual_zp).
 */
typedef struct tn_epilogue {
    tn_ref bias;
    tn_ref scale;
    int64_t fn;
    double a, b;
    double post_mul, post_add;
    tn_ref residual;
    int64_t residual_ld, residual_type;
    double residual_scale;
    int64_t residual_zp, residual_first;
    int64_t out_type;
    double out_inv_scale;
    int64_t out_zp;
    tn_ref lut;
} tn_epilogue;

/** C[m,n] = epilogue(A[m,k] x B[k,n]), B packed (TN_PACK_GEMM_F32, or _BF16 for TN_GEMM_BF16). */
typedef struct tn_gemm {
    tn_ref a, b, c;
    int64_t m, n, k, lda, ldc;
    tn_epilogue e;
} tn_gemm;

/**
 * The same with A as TN_U8 and B packed by TN_PACK_GEMM_Q8; the accumulator before the epilogue is
 * sum over k of (a - zero point of a) * (b - zero point of b), exactly, as an integer.
 * If rows is given (one tn_row for each row of A, as TN_QUANT_ROWS writes them), row m has its own
 * zero point, and acc is also multiplied by the row's scale; else all have a_zp.
 */
typedef struct tn_gemm_q8 {
    tn_ref a, b, c, rows;
    int64_t a_zp;
    int64_t m, n, k, lda, ldc;
    tn_epilogue e;
} tn_gemm_q8;

/** How a row was quantized: x = scale * (q - zp); sum is that of the row's q. */
typedef struct tn_row {
    float scale;
    int32_t zp;
    int32_t sum;
    int32_t unused;
} tn_row;

/**
 * Batched product of two tensors that are both computed: for every index of the batch dims,
 * C[m,n] = alpha * A[m,k] x B[k,n], all TN_F32. Distances in elements: *_rows between rows (m; for
 * B: k), *_cols between columns (k; for B: n), *_batch between batch indices (0 to broadcast). C is
 * dense, its batches one after the other in row-major order of dims. bias[n] may be absent.
 */
typedef struct tn_matmul {
    tn_ref a, b, c, bias;
    int64_t m, n, k;
    int64_t a_rows, a_cols, b_rows, b_cols;
    int64_t dims[4], a_batch[4], b_batch[4];
    double alpha;
} tn_matmul;

/**
 * Convolution and its relatives over pictures x[n,h,w,ci] -> y[n,oh,ow,co], channels last.
 * pt, pl: padding at top and left (what is missing at bottom and right follows from oh, ow); s:
 * stride, d: dilation. Depthwise (TN_DWCONV_*): groups == ci == co. Transposed (TN_CONVT_*):
 * y[iy*sh - pt + ky*dh, ...] += x[iy, ix] * w, as ONNX's ConvTranspose.
 * x_nchw: x is channels-first, TN_F32 (first layers, TN_CONV_F32 only).
 * x_zp: of TN_U8 input (Q8 operators); padding has that value, i.e. means 0.
 * algo: 0; which algorithm it is the packed weights say.
 */
typedef struct tn_conv {
    tn_ref x, w, y;
    int64_t n, h, wd, ci, oh, ow, co, kh, kw, sh, sw, dh, dw, pt, pl, groups;
    int64_t x_ld, y_ld, x_nchw, x_zp, algo;
    tn_epilogue e;
} tn_conv;

/**
 * Weights of a matrix product, element (k, n) at address + (k * k_stride + n * n_stride) elements.
 * type: TN_F32; for TN_PACK_GEMM_Q8 TN_S8 or TN_U8, with zero points zp[n] (int32_t, address; 0:
 * all are 0).
 */
typedef struct tn_pack_gemm {
    int64_t address, type, k, n, k_stride, n_stride, zp;
} tn_pack_gemm;

/**
 * Weights of a convolution in ONNX's order [co][ci / groups][kh][kw] (transposed: [ci][co /
 * groups][kh][kw]), dense. type, zp as above. algo: 0 as the packing sees fit, 1 direct.
 */
typedef struct tn_pack_conv {
    int64_t address, type, co, ci, kh, kw, groups, zp, algo;
    /**
     * Strides and dilations, of all convolutions: from them the packing of 3x3 ones (TN_F32) sees
     * whether Winograd's form will do, and transposed ones are packed by phases of the strides.
     */
    int64_t sh, sw, dh, dw;
} tn_pack_conv;

/**
 * x[rows, cols] TN_F32 -> y TN_U8, each row with its own scale and zero point: range widened to
 * hold 0, scale = (max - min) / 255, zp = round(-min / scale) as ONNX's DynamicQuantizeLinear (a
 * row of zeros: scale 1, zp 0). params: tn_row[rows].
 */
typedef struct tn_quant_rows {
    tn_ref x, y, params;
    int64_t rows, cols, x_ld, y_ld;
} tn_quant_rows;

/**
 * y = clamp(round(x * inv_scale) + zp) for TN_F32 x[rows, cols]; type of y TN_U8 or TN_S8 (clamped
 * to its range), or TN_I32... TN_DEQUANTIZE: y = scale * (x - zp), x of `type` TN_U8, TN_S8 or
 * TN_I32, y TN_F32. If scales is given (float[cols]; inverse ones for quantizing), columns have their own scale, and
 * zps (int32_t[cols]) zero points, 0 for none; else scale and zp. nchw: x is [rows/hw, cols, hw]
 * and y is [rows/hw, hw, cols] (quantizing channels-first input on the way in), 0 for no.
 */
typedef struct tn_quantize {
    tn_ref x, y, scales, zps;
    int64_t rows, cols, x_ld, y_ld, type;
    double scale;
    int64_t zp, hw;
} tn_quantize;

/** y[i] = lut[x[i]], TN_U8[rows, cols]. */
typedef struct tn_lut {
    tn_ref x, y, lut;
    int64_t rows, cols, x_ld, y_ld;
} tn_lut;

/**
 * TN_U8 y[rows, cols] = quantized fn2(a_scale * (a - a_zp), b_scale * (b - b_zp)), fn2 one of
 * TN_ADD, TN_SUB, TN_MUL, TN_DIV, TN_MAX, TN_MIN; then lut, if given. b is [rows / b_repeat, cols],
 * each of its rows standing for b_repeat rows of a (1: same shape; rows: one vector for all;
 * pixels of a picture: a vector per picture).
 */
typedef struct tn_qbinary {
    tn_ref a, b, y, lut;
    int64_t fn2, rows, cols, b_repeat, a_ld, b_ld, y_ld;
    double a_scale;
    int64_t a_zp;
    double b_scale;
    int64_t b_zp;
    double out_inv_scale;
    int64_t out_zp;
} tn_qbinary;

/**
 * Normalises each row of v = x (+ skip) (+ bias), TN_F32, cols long: y = (v - mean) / sqrt(var +
 * epsilon) * gamma + beta; rms: y = v / sqrt(mean(v^2) + epsilon) * gamma (+ beta). Absent: skip, bias[cols], gamma, beta,
 * y, sum (receives v), q/params (receive y quantized as by TN_QUANT_ROWS). Rows are dense.
 */
typedef struct tn_layernorm {
    tn_ref x, skip, bias, gamma, beta, y, sum, q, params;
    int64_t rows, cols, rms;
    double epsilon;
} tn_layernorm;

/** Softmax (log: its logarithm) over the middle of x[outer, n, inner], TN_F32. */
typedef struct tn_softmax {
    tn_ref x, y;
    int64_t outer, n, inner, log;
} tn_softmax;

/**
 * o = softmax(scale * q k^T [soft-capped by cap * tanh(s / cap) if cap > 0] + mask) v for every batch and head, TN_F32. Element
 * (batch, sequence, head, d) of q at q + batch * q_b + sequence * q_s + head * q_h + d; likewise k,
 * v, o. heads is a multiple of kv_heads: head h reads kv head h / (heads / kv_heads).
 * mask: added, TN_F32, or TN_BOOL (false: minus infinity), at batch * m_b + head * m_h + i * m_q +
 * j * m_k. causal: query i sees keys j <= i + past. precision: 0 TN_F32, 1 products of bf16.
 */
typedef struct tn_attention {
    tn_ref q, k, v, o, mask;
    int64_t batch, heads, kv_heads, sq, sk, d, dv;
    int64_t q_b, q_s, q_h, k_b, k_s, k_h, v_b, v_s, v_h, o_b, o_s, o_h;
    int64_t m_b, m_h, m_q, m_k, mask_type, causal, past, precision;
    double scale, cap;
} tn_attention;

/** y[i] = fn(x[i]), TN_F32, n of them; in place allowed. */
typedef struct tn_unary {
    tn_ref x, y;
    int64_t n, fn;
    double a, b;
} tn_unary;

/**
 * y = fn2(a, b) over `rank` dims, y dense; strides in elements, 0 to broadcast. type: of a and b
 * (any); y has the same, or TN_BOOL for comparisons. In place allowed where strides are those of y.
 */
typedef struct tn_binary {
    tn_ref a, b, y;
    int64_t fn2, type, rank;
    int64_t dims[6], a_strides[6], b_strides[6];
} tn_binary;

/** y = condition ? a : b over `rank` dims; elements of `size` bytes; condition TN_BOOL. */
typedef struct tn_select {
    tn_ref condition, a, b, y;
    int64_t size, rank;
    int64_t dims[6], c_strides[6], a_strides[6], b_strides[6];
} tn_select;

/** One step of a chain: v = fn(v), or v = fn2(v, operand), swapped: fn2(operand, v). */
typedef struct tn_step {
    /** 0: fn with a, b; 1: fn2 with an operand */
    int64_t binary, fn;
    double a, b;
    /** TN_F32; 0: the operand is the number a */
    tn_ref operand;
    /** distances: element (row, col) at row / repeat * ld + col * col_stride (0 or 1) */
    int64_t repeat, ld, col_stride, swapped;
} tn_step;

#define TN_CHAIN_STEPS 8

/** y[rows, cols] = steps applied to x, TN_F32. */
typedef struct tn_chain {
    tn_ref x, y;
    int64_t rows, cols, x_ld, y_ld, steps;
    tn_step step[TN_CHAIN_STEPS];
} tn_chain;

enum tn_reduction {
    TN_REDUCE_SUM = 0,
    TN_REDUCE_MEAN = 1,
    TN_REDUCE_MAX = 2,
    TN_REDUCE_MIN = 3,
    TN_REDUCE_PROD = 4,
    TN_REDUCE_L1 = 5,
    TN_REDUCE_L2 = 6,
    TN_REDUCE_SUM_SQUARE = 7,
    TN_REDUCE_LOG_SUM = 8,
    TN_REDUCE_LOG_SUM_EXP = 9
};

/** Reduces the middle of x[outer, n, inner]; type TN_F32, TN_I32 or TN_I64. */
typedef struct tn_reduce {
    tn_ref x, y;
    int64_t fn, type, outer, n, inner;
} tn_reduce;

/** Index (TN_I64) of the largest (smallest) of the middle of x[outer, n, inner]; last: of equals. */
typedef struct tn_arg {
    tn_ref x, y;
    int64_t type, outer, n, inner, min, last;
} tn_arg;

/** The k largest (smallest) of the middle of x[outer, n, inner], sorted: values and TN_I64 indices. */
typedef struct tn_topk {
    tn_ref x, values, indices;
    int64_t type, outer, n, inner, k, smallest;
} tn_topk;

/** Running sums along the middle of x[outer, n, inner]. */
typedef struct tn_cumsum {
    tn_ref x, y;
    int64_t type, outer, n, inner, exclusive, reverse;
} tn_cumsum;

/**
 * Pooling, TN_F32 or TN_U8 (`type`), channels last. kind: 0 max, 1 average, 2 L2 (TN_F32 only). include_pad: padding
 * counts for the average. TN_U8 average: y = round((mean of (x - x_zp)) * rescale) + y_zp.
 */
typedef struct tn_pool_op {
    tn_ref x, y;
    int64_t n, h, wd, c, oh, ow, kh, kw, sh, sw, dh, dw, pt, pl, x_ld, y_ld;
    int64_t kind, type, include_pad, x_zp;
    double rescale;
    int64_t y_zp;
} tn_pool_op;

/**
 * Resize of height and width, channels last, TN_F32 or TN_U8. mode: 0 nearest, 1 linear, 2 cubic
 * (a = cubic_a). coordinates: 0 half_pixel, 1 pytorch_half_pixel, 2 align_corners, 3 asymmetric. rounding (nearest):
 * 0 round_prefer_floor, 1 round_prefer_ceil, 2 floor, 3 ceil. scale_*: ONNX's scales (output /
 * input).
 */
typedef struct tn_resize {
    tn_ref x, y;
    int64_t n, h, wd, c, oh, ow, x_ld, y_ld, type, mode, coordinates, rounding;
    double scale_h, scale_w, cubic_a;
} tn_resize;

/** Copies `rank` dims of elements of `size` bytes; strides in elements, negative ones allowed. */
typedef struct tn_copy {
    tn_ref x, y;
    int64_t size, rank;
    int64_t dims[8], x_strides[8], y_strides[8];
} tn_copy;

/** Fills n elements of `size` bytes with the low bytes of value. */
typedef struct tn_fill {
    tn_ref y;
    int64_t n, size, value;
} tn_fill;

/** Converts n elements; to TN_BOOL: not zero; float to integer: towards zero. */
typedef struct tn_cast {
    tn_ref x, y;
    int64_t n, from, to;
} tn_cast;

/**
 * y[o, i, :] = x[o, indices[i], :]; x is [outer, axis, inner bytes]. Indices of TN_I32 or TN_I64;
 * negative ones count from the end; others out of range fail the run.
 */
typedef struct tn_gather {
    tn_ref x, indices, y;
    int64_t outer, axis, inner, count, index_type;
} tn_gather;

/**
 * GatherElements along the middle of x[outer, axis, inner] with indices [outer, count, inner] (all
 * other dims equal, as lowered); elements of `size` bytes.
 */
typedef struct tn_gather_elements {
    tn_ref x, indices, y;
    int64_t outer, axis, inner, count, size, index_type;
} tn_gather_elements;

/**
 * y[b, i, :] = x[b, index tuple i of b]: x is [batch, dims[0..depth-1], inner bytes], indices [batch, count,
 * depth]. scatter (TN_SCATTER_ND): y = x (already copied by the plan) and y at index tuple i =
 * updates[i, :] (batch 1); reduction 0 none, 1 add, 2 mul, 3 max, 4 min, on TN type `type`.
 */
typedef struct tn_gather_nd {
    tn_ref x, indices, y;
    int64_t batch, count, depth, inner, index_type, reduction, type;
    int64_t dims[8];
} tn_gather_nd;

/**
 * LSTM or GRU of ONNX, layout 0: x[t, b, i] -> y[t, dirs, b, h], y_h[dirs, b, h], y_c (LSTM), each
 * of which may be absent. w, r: packed (TN_PACK_RNN). bias: [dirs, 2 * gates * h] or absent. h0,
 * c0[dirs, b, h] absent (zeros) or given. direction: 0 forward, 1 reverse, 2 both. Activations are
 * ONNX's defaults; there are no peepholes, no clipping, and all sequences are t long.
 */
typedef struct tn_rnn {
    tn_ref x, w, r, bias, h0, c0, y, y_h, y_c;
    int64_t t, b, i, h, direction, linear_before_reset;
} tn_rnn;

/** Rows [dirs][gates][h][k] of TN_F32 at address, in ONNX's gate order: 4 gates (LSTM) or 3. */
typedef struct tn_pack_rnn {
    int64_t address, dirs, gates, h, k;
} tn_pack_rnn;

/**
 * Rotary embedding (ONNX RotaryEmbedding-23) of x[batch, seq, heads, d] by strides as in
 * tn_attention; cos, sin: TN_F32 [batch or 1, seq, rotary / 2] by c_b, c_s. interleaved as ONNX.
 */
typedef struct tn_rotary {
    tn_ref x, cos, sin, y;
    int64_t batch, seq, heads, d, rotary, interleaved;
    int64_t x_b, x_s, x_h, y_b, y_s, y_h, c_b, c_s;
} tn_rotary;

/**
 * C[m,n] = epilogue(A[m,k] TN_F32 x B), B of `bits` 8, 6, 4, 2 or 1 in blocks of `block` along k,
 * packed by TN_PACK_GEMM_WB with the same bits and block. precision: 0 products in fp32; 1 A is
 * quantized to 8 bits, -127 to 127, for each row and block (of at most 1024); a block with NaN or
 * an infinity makes its row NaN.
 */
typedef struct tn_gemm_wb {
    tn_ref a, b, c;
    int64_t m, n, k, lda, ldc, bits, block, precision;
    tn_epilogue e;
} tn_gemm_wb;

/**
 * codes: int8_t [n][k] by address, element (k, n) at n * k_total + k, with a sign: -2^(bits - 1) to
 * 2^(bits - 1) - 1 (who has 0 to 2^bits - 1 subtracts 2^(bits - 1) from codes and zero points); of
 * bits 1: -1 and 1. scales: float[n][ceil(k / block)]; zero points float likewise, in units of
 * codes (0: all are 0). Value: scale * (code - zp). A block that is no shorter than k is one scale
 * per column. The packed form is the same for every precision and instruction set.
 */
typedef struct tn_pack_gemm_wb {
    int64_t codes, scales, zps, k, n, bits, block, precision;
} tn_pack_gemm_wb;

enum tn_opcode {
    TN_OP_END = 0,
    TN_GEMM_F32 = 1,
    TN_GEMM_BF16 = 2,
    TN_GEMM_Q8 = 3,
    TN_GEMM_WB = 4,
    /** tn_gemm with B packed by TN_PACK_GEMM_SPARSE */
    TN_GEMM_SPARSE = 5,
    TN_MATMUL_F32 = 6,
    TN_CONV_F32 = 7,
    TN_CONV_Q8 = 8,
    TN_DWCONV_F32 = 9,
    TN_DWCONV_Q8 = 10,
    TN_CONVT_F32 = 11,
    TN_CONVT_Q8 = 12,
    TN_QUANT_ROWS = 13,
    TN_QUANTIZE = 14,
    TN_DEQUANTIZE = 15,
    TN_LUT = 16,
    TN_QBINARY = 17,
    TN_LAYERNORM = 18,
    TN_SOFTMAX = 19,
    TN_ATTENTION = 20,
    TN_UNARY = 21,
    TN_BINARY = 22,
    TN_SELECT = 23,
    TN_CHAIN = 24,
    TN_REDUCE = 25,
    TN_ARG = 26,
    TN_TOPK = 27,
    TN_CUMSUM = 28,
    TN_POOL = 29,
    TN_RESIZE = 30,
    TN_COPY = 31,
    TN_FILL = 32,
    TN_CAST = 33,
    TN_GATHER = 34,
    TN_GATHER_ELEMENTS = 35,
    TN_GATHER_ND = 36,
    TN_SCATTER_ND = 37,
    TN_LSTM = 38,
    TN_GRU = 39,
    TN_ROTARY = 40,
    TN_CONV_BF16 = 41,
    TN_OPCODES
};

enum tn_packing_kind {
    TN_PACK_GEMM_F32 = 0,
    TN_PACK_GEMM_BF16 = 1,
    TN_PACK_GEMM_Q8 = 2,
    TN_PACK_GEMM_WB = 3,
    TN_PACK_GEMM_SPARSE = 4,
    TN_PACK_CONV_F32 = 5,
    TN_PACK_CONV_Q8 = 6,
    TN_PACK_DWCONV_F32 = 7,
    TN_PACK_DWCONV_Q8 = 8,
    TN_PACK_CONVT_F32 = 9,
    TN_PACK_CONVT_Q8 = 10,
    TN_PACK_RNN = 11,
    TN_PACK_CONV_BF16 = 12,
    TN_PACKINGS
};

#endif
