/* The roof: independent multiply-adds in registers, in assembly so that none is dropped. */
#include "kernels.h"

static double f32(int64_t rounds) {
    for (int64_t i = 0; i < rounds; i++) {
        __asm__ volatile(
            "vfmadd231ps %%ymm14, %%ymm15, %%ymm0\n\t"
            "vfmadd231ps %%ymm14, %%ymm15, %%ymm1\n\t"
            "vfmadd231ps %%ymm14, %%ymm15, %%ymm2\n\t"
            "vfmadd231ps %%ymm14, %%ymm15, %%ymm3\n\t"
            "vfmadd231ps %%ymm14, %%ymm15, %%ymm4\n\t"
            "vfmadd231ps %%ymm14, %%ymm15, %%ymm5\n\t"
            "vfmadd231ps %%ymm14, %%ymm15, %%ymm6\n\t"
            "vfmadd231ps %%ymm14, %%ymm15, %%ymm7\n\t"
            "vfmadd231ps %%ymm14, %%ymm15, %%ymm8\n\t"
            "vfmadd231ps %%ymm14, %%ymm15, %%ymm9\n\t"
            "vfmadd231ps %%ymm14, %%ymm15, %%ymm10\n\t"
            "vfmadd231ps %%ymm14, %%ymm15, %%ymm11"
            :
            :
            : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11");
    }
    return (double)rounds * 12 * 16 /* 8 lanes, 2 operations */;
}

static double q8(int64_t rounds) {
    for (int64_t i = 0; i < rounds; i++) {
        __asm__ volatile(
            "vpmaddwd %%ymm14, %%ymm15, %%ymm0\n\t"
            "vpmaddwd %%ymm14, %%ymm15, %%ymm1\n\t"
            "vpmaddwd %%ymm14, %%ymm15, %%ymm2\n\t"
            "vpmaddwd %%ymm14, %%ymm15, %%ymm3\n\t"
            "vpmaddwd %%ymm14, %%ymm15, %%ymm4\n\t"
            "vpmaddwd %%ymm14, %%ymm15, %%ymm5\n\t"
            "vpmaddwd %%ymm14, %%ymm15, %%ymm6\n\t"
            "vpmaddwd %%ymm14, %%ymm15, %%ymm7\n\t"
            "vpmaddwd %%ymm14, %%ymm15, %%ymm8\n\t"
            "vpmaddwd %%ymm14, %%ymm15, %%ymm9\n\t"
            "vpmaddwd %%ymm14, %%ymm15, %%ymm10\n\t"
            "vpmaddwd %%ymm14, %%ymm15, %%ymm11"
            :
            :
            : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11");
    }
    return (double)rounds * 12 * 32 /* 16 lanes, 2 operations; exact 8-bit products take 16-bit lanes */;
}

void tn_avx2_peak(struct tn_k_peak *k) {
    k->f32 = f32;
    k->q8 = q8;
}
