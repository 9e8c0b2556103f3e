/* Weights of few bits, and sparse ones. */
#include "kernels.h"
#include "vec.h"

/* Codes of up to 6 bits: sums of two products fit in 16 bits. */
V vi short_dot(vi acc, vi w, int8x16_t a) {
    int8x16_t codes = (int8x16_t)w;
    int16x8_t low = vmull_s8(vget_low_s8(codes), vget_low_s8(a));
    int16x8_t high = vmull_high_s8(codes, a);
    return (vi)vpadalq_s16((int32x4_t)acc, vpaddq_s16(low, high));
}

/* Codes of 8 bits go in halves. */
V vi dot(vi acc, vi w, const char *p, int bits) {
    int8x16_t a = vreinterpretq_s8_s32(vdupq_n_s32(*(const int32_t *)p));
    if (bits < 8) {
        return short_dot(acc, w, a);
    }
    acc = short_dot(acc, w & 0x0F0F0F0F, a);
    return acc + (short_dot(vi_set(0), w >> 4 & 0x0F0F0F0F, a) << 4);
}

V vf value(vi w, int k, int bits) {
    return vf_of_vi((w >> 8 * k & 255) - (1 << (bits - 1)));
}

typedef const float *table;

V table read_table(const float *a, int64_t n) {
    return a;
}

V vf look_up(table a, const uint8_t *index) {
    return (vf){a[index[0]], a[index[1]], a[index[2]], a[index[3]]};
}

#include "sparse_block.inc"
#include "sparse_row.inc"
#include "wb_codes.inc"
#include "wb_quantize.inc"
#define ROWS 2
#include "wb_rows.inc"
#define ROWS 1
#include "wb_rows.inc"
#include "wb_exact.inc"
#define ROWS 2
#include "wb_dense.inc"
#define ROWS 1
#include "wb_dense.inc"

static void dense(const float *a, int64_t lda, int64_t rows, int64_t k, const float *w, float *c) {
    for (; rows >= 2; rows -= 2, a += 2 * lda, c += 2 * TN_WB_COLUMNS) dense_2(a, lda, k, w, c);
    for (; rows > 0; rows--, a += lda, c += TN_WB_COLUMNS) dense_1(a, lda, k, w, c);
}

void tn_neon_wb(struct tn_k_wb *k) {
    set_2(k, 0);
    set_1(k, 1);
    exact_set(k);
    k->dense = dense;
    k->quantize = quantize;
    k->sparse_row = sparse_row;
    k->sparse_block = sparse_block;
    k->sparse_block_from = 24;
}
