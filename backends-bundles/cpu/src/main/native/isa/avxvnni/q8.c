/* VPDPBUSD on 256 bits. */
#include "vec.h"

#define TN_ISA avxvnni
#define ROWS_1 8
#define ROWS_2 6
#define OFFSET 0
#define DOT_B(name, p) __m256i name = _mm256_loadu_si256((const __m256i *)(p));
#define DOT_A(name, p) __m256i name = _mm256_set1_epi32(four(p));
#define DOT_A_TAIL(name, p, n) __m256i name = _mm256_set1_epi32(some(p, n));
#define DOT(acc, a, b) acc = (vi)_mm256_dpbusd_avx_epi32((__m256i)acc, a, b);
#include "tiles_q8.inc"
