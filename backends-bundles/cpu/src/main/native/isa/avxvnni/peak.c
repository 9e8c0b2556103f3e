/* The roof: independent multiply-adds in registers, in assembly so that none is dropped. */
#include "kernels.h"

static double q8(int64_t rounds) {
    for (int64_t i = 0; i < rounds; i++) {
        __asm__ volatile(
            "%{vex%} vpdpbusd %%ymm14, %%ymm15, %%ymm0\n\t"
            "%{vex%} vpdpbusd %%ymm14, %%ymm15, %%ymm1\n\t"
            "%{vex%} vpdpbusd %%ymm14, %%ymm15, %%ymm2\n\t"
            "%{vex%} vpdpbusd %%ymm14, %%ymm15, %%ymm3\n\t"
            "%{vex%} vpdpbusd %%ymm14, %%ymm15, %%ymm4\n\t"
            "%{vex%} vpdpbusd %%ymm14, %%ymm15, %%ymm5\n\t"
            "%{vex%} vpdpbusd %%ymm14, %%ymm15, %%ymm6\n\t"
            "%{vex%} vpdpbusd %%ymm14, %%ymm15, %%ymm7\n\t"
            "%{vex%} vpdpbusd %%ymm14, %%ymm15, %%ymm8\n\t"
            "%{vex%} vpdpbusd %%ymm14, %%ymm15, %%ymm9\n\t"
            "%{vex%} vpdpbusd %%ymm14, %%ymm15, %%ymm10\n\t"
            "%{vex%} vpdpbusd %%ymm14, %%ymm15, %%ymm11"
            :
            :
            : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11");
    }
    return (double)rounds * 12 * 64 /* 8 lanes of 4, 2 operations */;
}

void tn_avxvnni_peak(struct tn_k_peak *k) {
    k->q8 = q8;
}
