/* VPDPBUSD on 512 bits; in assembly, since the compiler spills accumulators of the intrinsic. */
#include "vec.h"

#define TN_ISA avx512vnni
#define ROWS_1 16
#define ROWS_2 12
#define ROWS_3 8
#define OFFSET 0
#define DOT_B(name, p) __m512i name = _mm512_loadu_si512(p);
#define DOT_A(name, p) __m512i name = _mm512_set1_epi32(four(p));
#define DOT_A_TAIL(name, p, n) __m512i name = _mm512_set1_epi32(some(p, n));
#define DOT(acc, a, b) __asm__("vpdpbusd %2, %1, %0" : "+v"(acc) : "v"(a), "v"(b));
/* half the work where 512 bits are two passes of 256 */
#define HALF_B(name, p) __m256i name = _mm256_loadu_si256((const __m256i *)(p));
#define HALF_DOT(acc, a, b) DOT(acc, _mm512_castsi512_si256(a), b)
#include "tiles_q8.inc"
