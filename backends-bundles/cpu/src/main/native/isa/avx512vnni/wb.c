/* Weights of few bits: products by VPDPBUSD. */
#include "wb_512.inc"

/* In assembly, with the 4 bytes of A broadcast from memory: gcc 12 spills accumulators otherwise. */
static inline __attribute__((always_inline)) __m512i dot(__m512i acc, __m512i w, const char *a) {
    __asm__("vpdpbusd %2%{1to16%}, %1, %0" : "+v"(acc) : "v"(w), "m"(*(const int32_t *)a));
    return acc;
}
#define DOT(acc, w, p, bits) dot(acc, w, p)

#include "wb_codes.inc"
#define ROWS 8
#include "wb_rows.inc"
#define ROWS 4
#include "wb_rows.inc"
#define ROWS 2
#include "wb_rows.inc"
#define ROWS 1
#include "wb_rows.inc"

void tn_avx512vnni_wb(struct tn_k_wb *k) {
    set_8(k, 0);
    set_4(k, 1);
    set_1(k, 2);
}
