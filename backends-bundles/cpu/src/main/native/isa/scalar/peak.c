/* The roof of plain C: independent multiply-adds. */
#include "kernels.h"

#define LANES 8

static double f32(int64_t rounds) {
    float sum[LANES] = {0};
    float x = 1.000001f;
    __asm__ volatile("" : "+m"(x));
    for (int64_t i = 0; i < rounds; i++) {
        for (int j = 0; j < LANES; j++) {
            sum[j] = sum[j] * x + x;
        }
    }
    __asm__ volatile("" : : "m"(sum));
    return (double)rounds * LANES * 2;
}

static double q8(int64_t rounds) {
    int32_t sum[LANES] = {0};
    int32_t x = 3;
    __asm__ volatile("" : "+m"(x));
    for (int64_t i = 0; i < rounds; i++) {
        for (int j = 0; j < LANES; j++) {
            sum[j] = sum[j] * x + x;
        }
    }
    __asm__ volatile("" : : "m"(sum));
    return (double)rounds * LANES * 2;
}

void tn_scalar_peak(struct tn_k_peak *k) {
    k->f32 = f32;
    k->q8 = q8;
    k->bf16 = f32;
}
