/* The roof: independent multiply-adds in registers, in assembly so that none is dropped. */
#include "kernels.h"

static double q8(int64_t rounds) {
    for (int64_t i = 0; i < rounds; i++) {
        __asm__ volatile(
            "sdot v0.4s, v30.16b, v31.16b\n\t"
            "sdot v1.4s, v30.16b, v31.16b\n\t"
            "sdot v2.4s, v30.16b, v31.16b\n\t"
            "sdot v3.4s, v30.16b, v31.16b\n\t"
            "sdot v4.4s, v30.16b, v31.16b\n\t"
            "sdot v5.4s, v30.16b, v31.16b\n\t"
            "sdot v6.4s, v30.16b, v31.16b\n\t"
            "sdot v7.4s, v30.16b, v31.16b\n\t"
            "sdot v8.4s, v30.16b, v31.16b\n\t"
            "sdot v9.4s, v30.16b, v31.16b\n\t"
            "sdot v10.4s, v30.16b, v31.16b\n\t"
            "sdot v11.4s, v30.16b, v31.16b\n\t"
            "sdot v12.4s, v30.16b, v31.16b\n\t"
            "sdot v13.4s, v30.16b, v31.16b\n\t"
            "sdot v14.4s, v30.16b, v31.16b\n\t"
            "sdot v15.4s, v30.16b, v31.16b\n\t"
            "sdot v16.4s, v30.16b, v31.16b\n\t"
            "sdot v17.4s, v30.16b, v31.16b\n\t"
            "sdot v18.4s, v30.16b, v31.16b\n\t"
            "sdot v19.4s, v30.16b, v31.16b\n\t"
            "sdot v20.4s, v30.16b, v31.16b\n\t"
            "sdot v21.4s, v30.16b, v31.16b\n\t"
            "sdot v22.4s, v30.16b, v31.16b\n\t"
            "sdot v23.4s, v30.16b, v31.16b"
            :
            :
            : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23");
    }
    return (double)rounds * 24 * 32 /* 4 lanes of 4, 2 operations */;
}

void tn_neondot_peak(struct tn_k_peak *k) {
    k->q8 = q8;
}
