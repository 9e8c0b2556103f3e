/* Weights of few bits: products by SDOT. */
#include "kernels.h"
#include "vec.h"

/* Codes of up to 6 bits are the same with a sign; those of 8 bits go in halves. */
V vi dot(vi acc, vi w, const char *p, int bits) {
    int8x16_t a = vreinterpretq_s8_s32(vdupq_n_s32(*(const int32_t *)p));
    if (bits < 8) {
        return (vi)vdotq_s32((int32x4_t)acc, (int8x16_t)w, a);
    }
    acc = (vi)vdotq_s32((int32x4_t)acc, (int8x16_t)(w & 0x0F0F0F0F), a);
    return acc + ((vi)vdotq_s32(vdupq_n_s32(0), (int8x16_t)(w >> 4 & 0x0F0F0F0F), a) << 4);
}

#include "wb_codes.inc"
#define ROWS 2
#include "wb_rows.inc"
#define ROWS 1
#include "wb_rows.inc"

void tn_neondot_wb(struct tn_k_wb *k) {
    set_2(k, 0);
    set_1(k, 1);
}
