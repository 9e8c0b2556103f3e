/* The roof: independent multiply-adds in registers, in assembly so that none is dropped. */
#include "kernels.h"

static double f32(int64_t rounds) {
    for (int64_t i = 0; i < rounds; i++) {
        __asm__ volatile(
            "fmla v0.4s, v30.4s, v31.4s\n\t"
            "fmla v1.4s, v30.4s, v31.4s\n\t"
            "fmla v2.4s, v30.4s, v31.4s\n\t"
            "fmla v3.4s, v30.4s, v31.4s\n\t"
            "fmla v4.4s, v30.4s, v31.4s\n\t"
            "fmla v5.4s, v30.4s, v31.4s\n\t"
            "fmla v6.4s, v30.4s, v31.4s\n\t"
            "fmla v7.4s, v30.4s, v31.4s\n\t"
            "fmla v8.4s, v30.4s, v31.4s\n\t"
            "fmla v9.4s, v30.4s, v31.4s\n\t"
            "fmla v10.4s, v30.4s, v31.4s\n\t"
            "fmla v11.4s, v30.4s, v31.4s\n\t"
            "fmla v12.4s, v30.4s, v31.4s\n\t"
            "fmla v13.4s, v30.4s, v31.4s\n\t"
            "fmla v14.4s, v30.4s, v31.4s\n\t"
            "fmla v15.4s, v30.4s, v31.4s\n\t"
            "fmla v16.4s, v30.4s, v31.4s\n\t"
            "fmla v17.4s, v30.4s, v31.4s\n\t"
            "fmla v18.4s, v30.4s, v31.4s\n\t"
            "fmla v19.4s, v30.4s, v31.4s\n\t"
            "fmla v20.4s, v30.4s, v31.4s\n\t"
            "fmla v21.4s, v30.4s, v31.4s\n\t"
            "fmla v22.4s, v30.4s, v31.4s\n\t"
            "fmla v23.4s, v30.4s, v31.4s"
            :
            :
            : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23");
    }
    return (double)rounds * 24 * 8 /* 4 lanes, 2 operations */;
}

void tn_neon_peak(struct tn_k_peak *k) {
    k->f32 = f32;
}
