/* Weights of few bits: products by USDOT. */
#include "kernels.h"
#include "vec.h"

V vi dot(vi acc, vi w, const char *p, int bits) {
    int8x16_t a = vreinterpretq_s8_s32(vdupq_n_s32(*(const int32_t *)p));
    return (vi)vusdotq_s32((int32x4_t)acc, (uint8x16_t)w, a);
}

#include "wb_codes.inc"
#define ROWS 2
#include "wb_rows.inc"
#define ROWS 1
#include "wb_rows.inc"

void tn_neoni8mm_wb(struct tn_k_wb *k) {
    set_2(k, 0);
    set_1(k, 1);
}
