/*
 * 8-bit products in 16-bit pairs: VPMADDUBSW would saturate, so even and odd bytes are widened and
 * multiplied by VPMADDWD, which is exact.
 */
#include "store_q8.h"

#define TN_ISA avx2
#define ROWS_1 8
#define ROWS_2 4
#define OFFSET 0
#define STORE store_q8
#define DOT_B(name, p)                                                                          \
    __m256i name##_all = _mm256_loadu_si256((const __m256i *)(p));                              \
    __m256i name##_even = _mm256_srai_epi16(_mm256_slli_epi16(name##_all, 8), 8);               \
    __m256i name##_odd = _mm256_srai_epi16(name##_all, 8);
#define PAIRS(name, x)                                                                          \
    __m256i name##_all = _mm256_set1_epi32(x);                                                  \
    __m256i name##_even = _mm256_and_si256(name##_all, _mm256_set1_epi16(0xFF));                \
    __m256i name##_odd = _mm256_srli_epi16(name##_all, 8);
#define DOT_A(name, p) PAIRS(name, four(p))
#define DOT_A_TAIL(name, p, n) PAIRS(name, some(p, n))
#define DOT(acc, a, b)                                                                          \
    acc += (vi)_mm256_madd_epi16(a##_even, b##_even) + (vi)_mm256_madd_epi16(a##_odd, b##_odd);
#include "tiles_q8.inc"
