/* As avx2, on 512 bits. */
#include "store_q8.h"

#define TN_ISA avx512
#define ROWS_1 16
#define ROWS_2 8
#define OFFSET 0
#define STORE store_q8
#define DOT_B(name, p)                                                                          \
    __m512i name##_all = _mm512_loadu_si512(p);                                                 \
    __m512i name##_even = _mm512_srai_epi16(_mm512_slli_epi16(name##_all, 8), 8);               \
    __m512i name##_odd = _mm512_srai_epi16(name##_all, 8);
#define PAIRS(name, x)                                                                          \
    __m512i name##_all = _mm512_set1_epi32(x);                                                  \
    __m512i name##_even = _mm512_and_si512(name##_all, _mm512_set1_epi16(0xFF));                \
    __m512i name##_odd = _mm512_srli_epi16(name##_all, 8);
#define DOT_A(name, p) PAIRS(name, four(p))
#define DOT_A_TAIL(name, p, n) PAIRS(name, some(p, n))
#define DOT(acc, a, b)                                                                          \
    acc += (vi)_mm512_madd_epi16(a##_even, b##_even) + (vi)_mm512_madd_epi16(a##_odd, b##_odd);
#include "tiles_q8.inc"
