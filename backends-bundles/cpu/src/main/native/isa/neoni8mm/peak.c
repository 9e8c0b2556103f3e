/* The roof: independent multiply-adds in registers, in assembly so that none is dropped. */
#include "kernels.h"

static double q8(int64_t rounds) {
    for (int64_t i = 0; i < rounds; i++) {
        __asm__ volatile(
            "smmla v0.4s, v30.16b, v31.16b\n\t"
            "smmla v1.4s, v30.16b, v31.16b\n\t"
            "smmla v2.4s, v30.16b, v31.16b\n\t"
            "smmla v3.4s, v30.16b, v31.16b\n\t"
            "smmla v4.4s, v30.16b, v31.16b\n\t"
            "smmla v5.4s, v30.16b, v31.16b\n\t"
            "smmla v6.4s, v30.16b, v31.16b\n\t"
            "smmla v7.4s, v30.16b, v31.16b\n\t"
            "smmla v8.4s, v30.16b, v31.16b\n\t"
            "smmla v9.4s, v30.16b, v31.16b\n\t"
            "smmla v10.4s, v30.16b, v31.16b\n\t"
            "smmla v11.4s, v30.16b, v31.16b\n\t"
            "smmla v12.4s, v30.16b, v31.16b\n\t"
            "smmla v13.4s, v30.16b, v31.16b\n\t"
            "smmla v14.4s, v30.16b, v31.16b\n\t"
            "smmla v15.4s, v30.16b, v31.16b\n\t"
            "smmla v16.4s, v30.16b, v31.16b\n\t"
            "smmla v17.4s, v30.16b, v31.16b\n\t"
            "smmla v18.4s, v30.16b, v31.16b\n\t"
            "smmla v19.4s, v30.16b, v31.16b\n\t"
            "smmla v20.4s, v30.16b, v31.16b\n\t"
            "smmla v21.4s, v30.16b, v31.16b\n\t"
            "smmla v22.4s, v30.16b, v31.16b\n\t"
            "smmla v23.4s, v30.16b, v31.16b"
            :
            :
            : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23");
    }
    return (double)rounds * 24 * 64 /* 4 lanes of 8, 2 operations */;
}

void tn_neoni8mm_peak(struct tn_k_peak *k) {
    k->q8 = q8;
}
