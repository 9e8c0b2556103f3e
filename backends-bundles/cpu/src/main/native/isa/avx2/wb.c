/* Weights of few bits, and sparse ones. */
#include "kernels.h"
#include "vec.h"

V vi pairs(vi acc, vi w, __m256i a, int factor) {
    __m256i two = _mm256_maddubs_epi16((__m256i)w, a);
    return acc + (vi)_mm256_madd_epi16(two, _mm256_set1_epi16((short)factor));
}

/* Sums of two products fit in 16 bits for up to 7 bits; codes of 8 bits go in halves. */
V vi dot(vi acc, vi w, const char *p, int bits) {
    __m256i a = _mm256_set1_epi32(*(const int32_t *)p);
    if (bits < 8) {
        return pairs(acc, w, a, 1);
    }
    acc = pairs(acc, w & 0x0F0F0F0F, a, 1);
    return pairs(acc, w >> 4 & 0x0F0F0F0F, a, 16);
}

V vf value(vi w, int k, int bits) {
    return vf_of_vi((w >> 8 * k & 255) - (1 << (bits - 1)));
}

typedef const float *table;

V table read_table(const float *a, int64_t n) {
    return a;
}

V vf look_up(table a, const uint8_t *index) {
    return (vf)_mm256_i32gather_ps(a, (__m256i)vi_load_u8(index), sizeof(float));
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

void tn_avx2_wb(struct tn_k_wb *k) {
    set_2(k, 0);
    set_1(k, 1);
    exact_set(k);
    k->dense = dense;
    k->quantize = quantize;
    k->sparse_row = sparse_row;
    k->sparse_block = sparse_block;
    k->sparse_block_from = 24;
}
