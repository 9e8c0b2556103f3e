/* What the drivers of fp32 products share. */
#ifndef TENON_F32_H
#define TENON_F32_H

#include "kernels.h"

/** Width of the panel that begins with so many columns left. */
static inline int tn_f32_width(const struct tn_k_f32 *k, int64_t cols, int bf16) {
    int unit = bf16 ? k->vector : k->unit;
    return cols >= k->nr ? k->nr : (int)((cols + unit - 1) / unit * unit);
}

/** Columns that n take once packed. */
static inline size_t tn_f32_packed(const struct tn_k_f32 *k, int64_t n, int bf16) {
    int64_t rest = n % k->nr;
    return (size_t)(n - rest + tn_f32_width(k, rest, bf16));
}

/**
 * Items per piece of work, each of so many operations: pieces of `least` operations at least, up to
 * four for every thread, and as many for each.
 */
static inline int64_t tn_grain(const tn_run *run, int64_t items, int64_t each, int64_t least) {
    int64_t worth = each * items / least;
    int64_t most = worth < 4 * run->threads ? worth : 4 * run->threads;
    int64_t pieces = most < run->threads ? most : most / run->threads * run->threads;
    return pieces > 1 ? (items + pieces - 1) / pieces : items > 0 ? items : 1;
}

/** Where tiles of a result go: rows ld apart, through an epilogue. */
typedef struct tn_f32_result {
    const struct tn_k_f32 *k;
    tn_epi e;
    void *out;
    int64_t ld;
    /** 1: products of TN_BF16. */
    int bf16;
    /** 1 if the epilogue is done while the tile is in registers: with this range and residual. */
    int direct;
    float low, high;
} tn_f32_result;

tn_f32_result tn_f32_result_of(const struct tn_k_f32 *k, const tn_epi *e, void *out, int64_t ld,
                               int bf16);

/**
 * Computes `rows` rows of a result from row `row` on, `cols` <= nr columns from `col` on, which is
 * where a panel begins: the sum over taps and kc of a[tap * rows + r][kc] times the panel at b.
 */
void tn_f32_tile(const tn_f32_result *result, int rows, int64_t taps, int64_t kc, const void *a,
                 const void *b, int64_t row, int64_t col, int cols);

/**
 * A product of matrices of TN_F32 with packed B; bf16: B is TN_BF16, and A is converted to it in
 * shared scratch memory (tn_multiply_scratch).
 */
typedef struct tn_product {
    const void *a, *b;
    void *c;
    int64_t m, n, k, lda, ldc;
    int bf16;
    tn_epi e;
} tn_product;

void tn_multiply(tn_run *run, const tn_product *p);

/** Bytes of shared scratch memory that tn_multiply takes. */
size_t tn_multiply_scratch(int64_t m, int64_t k, int bf16);

/** A product in this thread; elements of A and B have the result's type of products. */
void tn_multiply_rows(const tn_f32_result *result, const void *a, int64_t lda, const void *b,
                      int64_t m, int64_t n, int64_t k);

/** Packs factor * w, element (row, col) at row * row_stride + col * col_stride, into panels of columns. */
void tn_f32_pack(const struct tn_k_f32 *k, const float *w, int64_t rows, int64_t cols,
                 int64_t row_stride, int64_t col_stride, float factor, float *out);

#endif
