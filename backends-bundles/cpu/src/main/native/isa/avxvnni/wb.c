/* Weights of few bits: products by VPDPBUSD. */
#include "wb_256.inc"

#define DOT(acc, w, p, bits) _mm256_dpbusd_avx_epi32(acc, w, _mm256_set1_epi32(*(const int32_t *)(p)))

#include "wb_codes.inc"
#define ROWS 2
#include "wb_rows.inc"
#define ROWS 1
#include "wb_rows.inc"

void tn_avxvnni_wb(struct tn_k_wb *k) {
    set_2(k, 0);
    set_1(k, 1);
}
