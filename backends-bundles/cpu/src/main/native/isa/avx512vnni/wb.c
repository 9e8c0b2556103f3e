/* Weights of few bits: products by VPDPBUSD. */
#include "kernels.h"
#include "vec.h"

/* In assembly, with the 4 bytes of A broadcast from memory: gcc 12 spills accumulators otherwise. */
V vi dot(vi acc, vi w, const char *a, int bits) {
    __asm__("vpdpbusd %2%{1to16%}, %1, %0" : "+v"(acc) : "v"(w), "m"(*(const int32_t *)a));
    return acc;
}

#include "wb_codes.inc"
#define ROWS 4
#include "wb_rows.inc"
#define ROWS 2
#include "wb_rows.inc"
#define ROWS 1
#include "wb_rows.inc"

void tn_avx512vnni_wb(struct tn_k_wb *k) {
    set_4(k, 0);
    set_2(k, 1);
    set_1(k, 2);
}
