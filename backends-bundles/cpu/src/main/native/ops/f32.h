/* What the drivers of fp32 products share. */
#ifndef TENON_F32_H
#define TENON_F32_H

#include "kernels.h"

/** Width of the panel that holds the last `cols` columns. */
static inline int tn_f32_width(const struct tn_k_f32 *k, int64_t cols) {
    return cols <= k->narrow ? k->narrow : k->nr;
}

/** Columns that n take once packed. */
static inline size_t tn_f32_packed(const struct tn_k_f32 *k, int64_t n) {
    int64_t rest = n % k->nr;
    return (size_t)(n - rest + (rest == 0 ? 0 : tn_f32_width(k, rest)));
}

/**
 * Items per piece of work, each of so many operations: pieces of `least` operations at least, and
 * some pieces for every thread where there are that many.
 */
static inline int64_t tn_grain(const tn_run *run, int64_t items, int64_t each, int64_t least) {
    if (run->threads <= 1) {
        return items > 0 ? items : 1;
    }
    int64_t grain = least / (each > 0 ? each : 1);
    int64_t share = items / (4 * run->threads);
    grain = grain > share ? grain : share;
    return grain > 1 ? grain : 1;
}

void tn_pack_gemm_f32(const void *parameters, const tn_kernels *k, void *target);

#endif
