/* Weights of few bits: products by VPDPBUSD. */
#include "kernels.h"
#include "vec.h"

V vi dot(vi acc, vi w, const char *a, int bits) {
    __m256i four = _mm256_set1_epi32(*(const int32_t *)a);
    return (vi)_mm256_dpbusd_avx_epi32((__m256i)acc, (__m256i)w, four);
}

#include "wb_codes.inc"
#define ROWS 2
#include "wb_rows.inc"
#define ROWS 1
#include "wb_rows.inc"

void tn_avxvnni_wb(struct tn_k_wb *k) {
    set_2(k, 0);
    set_1(k, 1);
}
