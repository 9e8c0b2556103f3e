/*
 * Kernels of the family math: they work on single rows, which the operators divide among threads.
 * n is a number of elements; rows may overlap only where x and y are the same.
 */
#ifndef TENON_K_MATH_H
#define TENON_K_MATH_H

#include "ops.h"

/** One operand of a function of two numbers: elements that are `stride` apart, 0 or 1. */
typedef struct tn_operand {
    const float *x;
    int64_t stride;
} tn_operand;

/** What TN_QBINARY computes, for rows of one vector b; see tn_qbinary. */
typedef struct tn_qpair {
    int64_t fn2;
    float a_scale, b_scale, out_inv_scale;
    int32_t a_zp, b_zp, out_zp;
} tn_qpair;

/** One row of TN_LAYERNORM; what is absent is NULL. y is there, and `sum` if skip or bias is. */
typedef struct tn_norm_row {
    const float *x, *skip, *bias, *gamma, *beta;
    float *sum, *y;
    int64_t n, rms;
    float epsilon;
    /** y quantized, as by TN_QUANT_ROWS. */
    uint8_t *q;
    tn_row *params;
} tn_norm_row;

/** Keys whose scores are held at a time. */
#define TN_ATTENTION_KEYS 256

/** A tile of attention: some queries of one head, and all keys. */
typedef struct tn_attention_tile {
    const float *q;
    float *o;
    /** Queries, at most `rows` of the kernel, and the distances between theirs. */
    int64_t count, q_s, o_s;
    /** Packed; or, for `direct`, as they are, in rows that are k_s and v_s apart. */
    const float *keys, *values;
    int64_t k_s, v_s;
    int64_t sk, d, dv;
    float scale, cap;
    /** NULL: none; else key j of query r at r * m_q + j * m_k elements. */
    const void *mask;
    int64_t m_q, m_k, mask_type;
    /** Query r sees keys j < r + visible; INT64_MAX / 2: all. */
    int64_t visible;
    /** As tn_attention_scratch says. */
    float *scratch;
} tn_attention_tile;

/**
 * Attention of one precision. Products run over words of 32 bits, each of one fp32 number or two
 * of bf16 (`group`); `lanes` words are a vector. tile is NULL where there is nothing of its own for
 * the precision.
 */
typedef struct tn_attention_kernel {
    /** Queries of a tile. */
    int64_t rows;
    int64_t lanes, group;
    /** Packs keys (values) of one head, rows that are `stride` elements apart. */
    void (*pack_keys)(const float *k, int64_t stride, int64_t sk, int64_t d, float *packed,
                      float *scratch);
    void (*pack_values)(const float *v, int64_t stride, int64_t sk, int64_t dv, float *packed);
    void (*tile)(const tn_attention_tile *t);
    /** One query and keys that are not packed, always in fp32: packing would take longer. */
    void (*direct)(const tn_attention_tile *t);
} tn_attention_kernel;

static inline int64_t tn_rounded(int64_t n, int64_t to) {
    return (n + to - 1) / to * to;
}

/** Words of the packed keys of a head: panels of two vectors of keys, [ceil(d / group)][keys]. */
static inline int64_t tn_attention_keys(const tn_attention_kernel *k, int64_t sk, int64_t d) {
    return tn_rounded(sk, k->lanes) * ((d + k->group - 1) / k->group);
}

/** Words of the packed values of a head: [ceil(sk / group)][dv]. */
static inline int64_t tn_attention_values(const tn_attention_kernel *k, int64_t sk, int64_t dv) {
    return (sk + k->group - 1) / k->group * tn_rounded(dv, k->lanes);
}

/** Floats of scratch that a tile, or packing, takes. */
static inline int64_t tn_attention_scratch(const tn_attention_kernel *k, int64_t d, int64_t dv) {
    int64_t queries = k->rows * tn_rounded(d, 2 * k->lanes);
    int64_t scores = k->rows * TN_ATTENTION_KEYS * 3;
    int64_t outputs = k->rows * tn_rounded(dv, k->lanes);
    int64_t packing = 2 * k->lanes * tn_rounded(d, 2 * k->lanes);
    int64_t tile = queries + scores + outputs;
    return tile > packing ? tile : packing;
}

struct tn_k_math {
    /** As TN_QUANT_ROWS. */
    void (*quant_row)(const float *x, uint8_t *y, int64_t n, tn_row *row);
    /** y = clamp(round(x * inv_scale) + zp) as TN_U8 (is_signed: TN_S8). */
    void (*quantize)(const float *x, uint8_t *y, int64_t n, float inv_scale, int32_t zp,
                     int is_signed);
    /** The same with a scale and zero point for each element; zps may be NULL. */
    void (*quantize_by_column)(const float *x, uint8_t *y, int64_t n, const float *inv_scales,
                               const int32_t *zps, int is_signed);
    /** y = scale * (x - zp), x as TN_U8 (is_signed: TN_S8). */
    void (*dequantize)(const uint8_t *x, float *y, int64_t n, float scale, int32_t zp,
                       int is_signed);
    void (*dequantize_by_column)(const uint8_t *x, float *y, int64_t n, const float *scales,
                                 const int32_t *zps, int is_signed);
    void (*lut)(const uint8_t *x, int64_t x_ld, uint8_t *y, int64_t y_ld, int64_t rows,
                int64_t cols, const uint8_t *lut);
    /** Rows of a and y with the same vector b of n elements. */
    void (*qbinary)(const tn_qpair *p, const uint8_t *a, int64_t a_ld, const uint8_t *b, uint8_t *y,
                    int64_t y_ld, int64_t rows, int64_t n);
    void (*norm)(const tn_norm_row *row);
    void (*softmax)(const float *x, float *y, int64_t n, int64_t log);
    /** Softmax down n rows that are `ld` apart, of `width` columns. */
    void (*softmax_columns)(const float *x, float *y, int64_t n, int64_t ld, int64_t width,
                            int64_t log);
    /** y = fn(x), tn_fn. */
    void (*unary)(const float *x, float *y, int64_t n, int64_t fn, float a, float b);
    /** y = fn2(a, b), for those tn_fn2 that give TN_F32. */
    void (*binary)(tn_operand a, tn_operand b, float *y, int64_t n, int64_t fn2);
    /** y = fn2(a, b) for comparisons, as TN_BOOL. */
    void (*compare)(tn_operand a, tn_operand b, uint8_t *y, int64_t n, int64_t fn2);
    /** Reduces n elements; fn is tn_reduction. */
    float (*reduce)(const float *x, int64_t n, int64_t fn);
    /** Reduces n rows, `ld` apart, to one of `width` columns. */
    void (*reduce_columns)(const float *x, float *y, int64_t n, int64_t ld, int64_t width,
                           int64_t fn);
    /** Attention by precision as tn_attention has it. */
    tn_attention_kernel attention[2];
};

#endif
