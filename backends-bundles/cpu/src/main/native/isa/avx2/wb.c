/* Weights of few bits, and sparse ones. */
#include "kernels.h"
#include "vec.h"

/* Codes of 8 bits with their sign, which goes to A: sums of two products fit in 16 bits. */
#define SIGNED_8

V vi dot(vi acc, vi w, const char *p, int bits) {
    __m256i a = _mm256_set1_epi32(*(const int32_t *)p);
    __m256i codes = (__m256i)w;
    if (bits == 8) {
        codes = _mm256_xor_si256(codes, _mm256_set1_epi8(-128));
        a = _mm256_sign_epi8(a, codes);
        codes = _mm256_abs_epi8(codes);
    }
    __m256i two = _mm256_maddubs_epi16(codes, a);
    return acc + (vi)_mm256_madd_epi16(two, _mm256_set1_epi16(1));
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
