/* fp32 tiles of 12 rows by one or two vectors, or halves of one. */
#include <immintrin.h>

#include "vec.h"

typedef float vf_half __attribute__((vector_size(2 * VF)));

V vf_half vf_half_load(const float *p) {
    return (vf_half)_mm256_loadu_ps(p);
}

V vf_half vf_half_set(float x) {
    return (vf_half)_mm256_set1_ps(x);
}

V vf_half vf_lower(vf v) {
    return (vf_half)_mm512_castps512_ps256((__m512)v);
}

/** What is above is open. */
V vf vf_with_lower(vf_half v) {
    return (vf)_mm512_castps256_ps512((__m256)v);
}

#define HALVES
#define TN_ISA avx512
#define MR 12
#include "tiles_f32.inc"
