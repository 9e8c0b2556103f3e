#include <math.h>

#include "act.h"
#include "kernels.h"
#include "loops.h"

#include "attention_common.inc"

/* Numbers of v as bf16, one behind the other. */
V void store_bf16(float *p, vf v) {
    _mm256_storeu_si256((__m256i *)(void *)p, (__m256i)_mm512_cvtneps_pbh((__m512)v));
}

/* Words of v's numbers (low) and w's (high). */
V vf join_bf16(vf v, vf w) {
    __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)v));
    __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)w));
    return (vf)_mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

#define AT(name) attention_bf16_##name
#define AT_GROUP 2
#define AT_MADD(c, a, b) ((vf)_mm512_dpbf16_ps((__m512)(c), (__m512bh)(a), (__m512bh)(b)))
#define AT_STORE(p, v) store_bf16(p, v)
#define AT_JOIN(v, w) join_bf16(v, w)
#include "attention.inc"

void tn_avx512bf16_math(struct tn_k_math *k) {
    k->attention[1] = attention_bf16_kernel;
}
