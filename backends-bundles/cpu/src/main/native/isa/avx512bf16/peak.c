/* The roof: independent multiply-adds in registers, in assembly so that none is dropped. */
#include "kernels.h"

static double bf16(int64_t rounds) {
    for (int64_t i = 0; i < rounds; i++) {
        __asm__ volatile(
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm0\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm1\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm2\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm3\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm4\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm5\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm6\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm7\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm8\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm9\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm10\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm11\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm12\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm13\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm14\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm15\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm16\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm17\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm18\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm19\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm20\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm21\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm22\n\t"
            "vdpbf16ps %%zmm30, %%zmm31, %%zmm23"
            :
            :
            : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23");
    }
    return (double)rounds * 24 * 64 /* 16 lanes of 2, 2 operations */;
}

void tn_avx512bf16_peak(struct tn_k_peak *k) {
    k->bf16 = bf16;
}
