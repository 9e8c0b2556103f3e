/* VDPBF16PS: two products of bf16 per lane; tiles of 12 rows by one or two vectors. */
#include "each.h"
#include "kernels.h"
#include "tile_ends.h"

static inline int32_t pair(const uint16_t *p) {
    int32_t x;
    memcpy(&x, p, sizeof x);
    return x;
}

#define MR 12
#define MOST MR
#define ELEMENT uint16_t
#define STEP 2
#define OPERAND __m512i
#define A_OF(p) _mm512_set1_epi32(pair(p))
#define B_OF(p) _mm512_loadu_si512(p)
/* In assembly, since the compiler spills accumulators of the intrinsic. */
#define DOT(acc, x, w) __asm__("vdpbf16ps %2, %1, %0" : "+v"(acc) : "v"(x), "v"(w));
#define WIDTHS_OF_BF16
#include "tile_widths.inc"

/* The instruction takes denormal numbers for 0, which is below what bf16 can tell from it. */
static void to_bf16(const float *x, uint16_t *y, int64_t n) {
    int64_t i = 0;
    for (; i + VF <= n; i += VF) {
        __m256bh half = _mm512_cvtneps_pbh(_mm512_loadu_ps(x + i));
        memcpy(y + i, &half, sizeof half);
    }
    for (; i < n; i++) {
        __m128bh one = _mm_cvtneps_pbh(_mm_load_ss(x + i));
        memcpy(y + i, &one, sizeof *y);
    }
}

void tn_avx512bf16_f32(struct tn_k_f32 *k) {
    k->tile_bf16 = tile_bf16_wide;
    k->tile_bf16_narrow = tile_bf16_narrow;
    k->to_bf16 = to_bf16;
}
