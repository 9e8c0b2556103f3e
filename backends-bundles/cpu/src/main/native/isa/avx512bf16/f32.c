/* VDPBF16PS: two products of bf16 per lane; tiles of 12 rows by two vectors. */
#include "each.h"
#include "kernels.h"
#include "vec.h"

#define NR (2 * VF)
#define SUFFIX

static inline int32_t pair(const uint16_t *p) {
    int32_t x;
    memcpy(&x, p, sizeof x);
    return x;
}

#define POINT_ROW(r) const uint16_t *a##r = a[r];
#define DECLARE_ROW(r) vf c##r##0 = {0}, c##r##1 = {0};
/* In assembly, since the compiler spills accumulators of the intrinsic. */
#define DOT(acc, x, b) __asm__("vdpbf16ps %2, %1, %0" : "+v"(acc) : "v"(x), "v"(b));
#define MULTIPLY_ROW(r)                                \
    {                                                  \
        __m512i x = _mm512_set1_epi32(pair(a##r + k)); \
        DOT(c##r##0, x, b0)                            \
        DOT(c##r##1, x, b1)                            \
    }
#define STORE_ROW(r) vf_store(c + r * NR, c##r##0); vf_store(c + r * NR + VF, c##r##1);

#define TILE(rows)                                                                            \
    static void tile_##rows(int64_t taps, int64_t kc, const uint16_t *const *a,               \
                            const uint16_t *b, float *c) {                                    \
        EACH_##rows(DECLARE_ROW)                                                              \
        for (int64_t tap = 0; tap < taps; tap++) {                                            \
            EACH_##rows(POINT_ROW)                                                            \
            for (int64_t k = 0; k < kc; k += 2) {                                             \
                __m512i b0 = _mm512_loadu_si512(b), b1 = _mm512_loadu_si512(b + 2 * VF);      \
                EACH_##rows(MULTIPLY_ROW)                                                     \
                b += 2 * NR;                                                                  \
            }                                                                                 \
            a += rows;                                                                        \
        }                                                                                     \
        EACH_##rows(STORE_ROW)                                                                \
    }

TILE(1)
TILE(2)
TILE(3)
TILE(4)
TILE(5)
TILE(6)
TILE(7)
TILE(8)
TILE(9)
TILE(10)
TILE(11)
TILE(12)

/* kc is even: rows are padded with a zero. */
static void tile_bf16(int rows, int64_t taps, int64_t kc, const uint16_t *const *a,
                      const uint16_t *b, float *c) {
    static void (*const tiles[])(int64_t, int64_t, const uint16_t *const *, const uint16_t *,
                                 float *) = {tile_1, tile_2, tile_3, tile_4,  tile_5,  tile_6,
                                             tile_7, tile_8, tile_9, tile_10, tile_11, tile_12};
    tiles[rows - 1](taps, kc, a, b, c);
}

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
    k->tile_bf16 = tile_bf16;
    k->to_bf16 = to_bf16;
}
